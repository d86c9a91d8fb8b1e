package org.kochab.testkit.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kochab.spi.device.Device;
import org.kochab.spi.device.DeviceAccess;
import org.kochab.spi.device.DeviceProvider;
import org.kochab.spi.device.DeviceWatch;

/** What agents rely on in every {@link DeviceProvider}. A provider's own test extends this class. */
public abstract class DeviceProviderContractTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int MOST_DEVICES = 1024;
    private static final int MOST_EDITS = 64;
    private static final String ID = "[A-Za-z0-9][A-Za-z0-9._:@/-]{0,127}";
    private static final String RESOURCE =
            "[a-z0-9]([a-z0-9.-]*[a-z0-9])?/[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?";

    private @Nullable DeviceProvider opened;

    /** A provider that works, with one healthy device at least; another one each time, of the same devices. */
    protected abstract DeviceProvider open() throws Exception;

    /** Ends a provider that {@link #open} gave, as when its bundle is stopped. */
    protected abstract void close(DeviceProvider provider) throws Exception;

    @BeforeEach
    void begin() throws Exception {
        opened = open();
    }

    @AfterEach
    void end() throws Exception {
        close(provider());
    }

    private DeviceProvider provider() {
        return Objects.requireNonNull(opened);
    }

    private static List<Device> first(DeviceProvider provider) throws InterruptedException {
        LinkedBlockingQueue<List<Device>> told = new LinkedBlockingQueue<>();
        DeviceWatch watch = provider.watch(told::add);
        try {
            List<Device> devices = told.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertThat(devices).as("what it tells within %s", LIMIT).isNotNull();
            return devices;
        } finally {
            watch.close();
        }
    }

    private List<String> healthy() throws InterruptedException {
        List<String> ids = first(provider()).stream()
                .filter(Device::healthy)
                .map(Device::id)
                .toList();
        assertThat(ids).as("healthy devices").isNotEmpty();
        return ids;
    }

    @Test
    void theResourceIsAnExtendedOneAndStays() throws Exception {
        assertThat(provider().resource()).matches(RESOURCE).doesNotMatch("([^/]*\\.)?kubernetes\\.io/.*");
        assertThat(provider().resource()).isEqualTo(provider().resource());
        DeviceProvider other = open();
        assertThat(other.resource()).isEqualTo(provider().resource());
        close(other);
    }

    @Test
    void devicesHaveIdsOfTheirOwnAndFaultsThatFit() throws Exception {
        List<Device> devices = first(provider());
        assertThat(devices).hasSizeLessThanOrEqualTo(MOST_DEVICES).doesNotContainNull();
        assertThat(devices).extracting(Device::id).doesNotHaveDuplicates().allSatisfy(id -> assertThat(id)
                .matches(ID));
        assertThat(devices)
                .filteredOn(d -> !d.healthy())
                .allSatisfy(d -> assertThat(d.fault()).isNotBlank().hasSizeLessThanOrEqualTo(300));
    }

    /** The agent remembers who has which device by its id. */
    @Test
    void devicesAreTheSameAfterARestart() throws Exception {
        List<String> before =
                first(provider()).stream().map(Device::id).sorted().toList();
        DeviceProvider other = open();
        assertThat(first(other)).extracting(Device::id).containsExactlyInAnyOrderElementsOf(before);
        close(other);
    }

    @Test
    void everyWatcherIsToldAll() throws Exception {
        assertThat(first(provider())).isEqualTo(first(provider()));
    }

    @Test
    void aWatchIsEndedMoreThanOnce() throws Exception {
        DeviceWatch watch = provider().watch(devices -> {});
        watch.close();
        watch.close();
        assertThat(first(provider())).isNotEmpty();
    }

    @Test
    void whatATaskIsGivenCanBeGiven() throws Exception {
        for (String id : healthy()) {
            DeviceAccess access = provider().allocate(List.of(id));
            assertThat(access.environment()).hasSizeLessThanOrEqualTo(MOST_EDITS);
            assertThat(access.environment().keySet())
                    .allSatisfy(name -> assertThat(name).matches("[A-Za-z_][A-Za-z0-9_]{0,127}"));
            assertThat(access.nodes()).hasSizeLessThanOrEqualTo(MOST_EDITS);
            assertThat(access.mounts()).hasSizeLessThanOrEqualTo(MOST_EDITS);
            assertThat(access.nodes())
                    .allSatisfy(node -> assertThat(node.permissions()).matches("(?=.)r?w?m?"));
            assertThat(paths(access)).allSatisfy(path -> assertThat(path)
                    .startsWith("/")
                    .isEqualTo(Path.of(path).normalize().toString()));
        }
    }

    private static List<String> paths(DeviceAccess access) {
        Stream<String> nodes =
                access.nodes().stream().flatMap(n -> Stream.of(n.source().toString(), n.target()));
        Stream<String> mounts =
                access.mounts().stream().flatMap(m -> Stream.of(m.source().toString(), m.target()));
        return Stream.concat(nodes, mounts).toList();
    }

    /** A container is started again with the devices that it has; nobody gives them back. */
    @Test
    void theSameDevicesAreGivenAgain() throws Exception {
        List<String> ids = healthy();
        DeviceAccess before = provider().allocate(ids);
        assertThat(provider().allocate(ids)).isEqualTo(before);
        DeviceProvider other = open();
        assertThat(other.allocate(ids)).isEqualTo(before);
        close(other);
    }

    @Test
    void whatIsNotThereIsNotGiven() throws Exception {
        List<String> ids = Stream.concat(healthy().stream().limit(1), Stream.of("no-such-device"))
                .toList();
        assertThatThrownBy(() -> provider().allocate(ids))
                .isInstanceOf(RuntimeException.class)
                .hasMessageContaining("no-such-device");
    }
}
