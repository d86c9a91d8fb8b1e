package ${package};

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.spi.device.Device;
import org.kochab.spi.device.DeviceProvider;
import org.kochab.testkit.device.DeviceProviderContractTest;

class ${className}Test extends DeviceProviderContractTest {
    @TempDir
    Path directory;

    /** With two devices: the contract is about one that has some. */
    @Override
    protected DeviceProvider open() throws IOException {
        Files.writeString(directory.resolve("thing0"), "");
        Files.writeString(directory.resolve("thing1"), "");
        return new ${className}(directory, "thing*");
    }

    @Override
    protected void close(DeviceProvider provider) {
        ((${className}) provider).close();
    }

    @Test
    void tellsWhatIsPluggedIn() throws Exception {
        LinkedBlockingQueue<List<Device>> told = new LinkedBlockingQueue<>();
        DeviceProvider provider = open();
        provider.watch(told::add);
        assertThat(told.poll(10, TimeUnit.SECONDS)).extracting(Device::id).containsExactly("thing0", "thing1");

        Files.writeString(directory.resolve("thing2"), "");

        assertThat(told.poll(10, TimeUnit.SECONDS)).extracting(Device::id).contains("thing2");
        close(provider);
    }
}
