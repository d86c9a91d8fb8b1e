package org.kochab.devices.sysfs.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.spi.device.DeviceProvider;
import org.kochab.testkit.device.DeviceProviderContractTest;

class SysfsProviderContractTest extends DeviceProviderContractTest {
    @TempDir
    private Path directory;

    private @Nullable FakeTree machine;

    @Override
    protected DeviceProvider open() throws IOException {
        if (machine == null) {
            machine = new FakeTree(directory);
            Path hardware = machine.hardware("pci0/usb1", Map.of("idVendor", "0403"));
            machine.entry("tty", "ttyUSB0", Files.createDirectories(hardware.resolve("port")), Map.of());
            machine.node("ttyUSB0");
        }
        SysfsProvider provider =
                new SysfsProvider(Kind.SERIAL, Kind.SERIAL.resource(), Pattern.compile(".*"), machine.tree);
        provider.poll();
        return provider;
    }

    @Override
    protected void close(DeviceProvider provider) {}
}
