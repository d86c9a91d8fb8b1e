package org.kochab.devices.sysfs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.spi.device.Device;
import org.kochab.spi.device.DeviceAccess;

class SysfsProviderTest {
    private static final Map<String, String> NONE = Map.of();

    @TempDir
    private Path directory;

    private FakeTree machine;
    private final List<List<Device>> told = new ArrayList<>();

    @BeforeEach
    void begin() throws IOException {
        machine = new FakeTree(directory);
    }

    private SysfsProvider provider(Kind kind, String names) {
        return new SysfsProvider(kind, kind.resource(), Pattern.compile(names), machine.tree);
    }

    private SysfsProvider watched(Kind kind) {
        SysfsProvider provider = provider(kind, ".*");
        provider.watch(told::add);
        provider.poll();
        return provider;
    }

    private List<Device> last() {
        return told.get(told.size() - 1);
    }

    private void plugIn(String name) throws IOException {
        Path adapter = machine.hardware(
                "pci0/usb1/" + name, Map.of("idVendor", "0403", "product", "FT232R", "serial", "A1-" + name));
        machine.entry("tty", name, Files.createDirectories(adapter.resolve("port")), NONE);
    }

    @Test
    void aSerialPortComesIsIllAndGoes() throws IOException {
        SysfsProvider provider = watched(Kind.SERIAL);
        assertThat(last()).isEmpty();

        plugIn("ttyUSB0");
        provider.poll();
        assertThat(last()).singleElement().satisfies(d -> {
            assertThat(d.id()).isEqualTo("ttyUSB0");
            assertThat(d.fault()).isEqualTo(directory.resolve("dev/ttyUSB0") + " is missing");
            assertThat(d.attributes())
                    .containsEntry("idVendor", "0403")
                    .containsEntry("product", "FT232R")
                    .containsEntry("serial", "A1-ttyUSB0");
        });
        assertThatThrownBy(() -> provider.allocate(List.of("ttyUSB0"))).hasMessageContaining("is missing");

        machine.node("ttyUSB0");
        provider.poll();
        assertThat(last()).singleElement().matches(Device::healthy);

        machine.unplug("tty", "ttyUSB0");
        provider.poll();
        assertThat(last()).isEmpty();
        assertThatThrownBy(() -> provider.allocate(List.of("ttyUSB0"))).hasMessageContaining("not there any more");
        provider.poll();
        assertThat(told).hasSize(4);
    }

    @Test
    void onlyPortsWithHardwareAndWithoutAConsoleAreOffered() throws IOException {
        machine.virtual("tty", "tty1");
        machine.virtual("tty", "ptmx");
        machine.virtual("tty", "console");
        Files.writeString(machine.tree.sys().resolve("class/tty/console/active"), "tty0 ttyS0\n");
        machine.entry("tty", "ttyS0", machine.hardware("pnp0/0", NONE), Map.of("type", "4"));
        machine.entry("tty", "ttyS1", machine.hardware("pnp0/1", NONE), Map.of("type", "4"));
        machine.entry("tty", "ttyS2", machine.hardware("serial8250", NONE), Map.of("type", "0"));
        plugIn("ttyACM0");
        watched(Kind.SERIAL);
        assertThat(last()).extracting(Device::id).containsExactly("ttyACM0", "ttyS1");
    }

    @Test
    void portsAreGivenByTheirNodes() throws IOException {
        plugIn("ttyUSB0");
        plugIn("ttyUSB1");
        Path first = machine.node("ttyUSB0");
        Path second = machine.node("ttyUSB1");
        DeviceAccess access = provider(Kind.SERIAL, ".*").allocate(List.of("ttyUSB0", "ttyUSB1"));
        assertThat(access.environment()).containsExactly(Map.entry("KOCHAB_SERIAL", first + "," + second));
        assertThat(access.nodes())
                .containsExactly(
                        new DeviceAccess.Node(first, first.toString(), "rw"),
                        new DeviceAccess.Node(second, second.toString(), "rw"));
    }

    @Test
    void aCameraIsOfferedOnce() throws IOException {
        Path camera = machine.hardware("pci0/usb1/1-2", Map.of("idVendor", "046d"));
        machine.entry("video4linux", "video0", camera, Map.of("index", "0", "name", "HD cam"));
        machine.entry("video4linux", "video1", camera, Map.of("index", "1", "name", "HD cam"));
        machine.entry("video4linux", "v4l-subdev0", camera, NONE);
        machine.node("video0");
        machine.node("video1");
        watched(Kind.CAMERA);
        assertThat(last()).singleElement().satisfies(d -> {
            assertThat(d.id()).isEqualTo("video0");
            assertThat(d.attributes()).containsEntry("name", "HD cam").containsEntry("idVendor", "046d");
        });
    }

    @Test
    void aGpuIsGivenWithItsRenderNode() throws IOException {
        Path card = machine.hardware("pci0000:00/0000:00:02.0", Map.of("vendor", "0x8086", "numa_node", "1"));
        machine.entry("drm", "card0", card, NONE);
        machine.entry("drm", "card0-HDMI-A-1", card, NONE);
        machine.entry("drm", "renderD128", card, NONE);
        Path render = machine.node("dri/renderD128");
        Path own = machine.node("dri/card0");
        SysfsProvider provider = watched(Kind.GPU);
        assertThat(last()).singleElement().satisfies(d -> {
            assertThat(d.id()).isEqualTo("card0");
            assertThat(d.numaNode()).isEqualTo(1);
            assertThat(d.attributes()).containsEntry("vendor", "0x8086");
            assertThat(d.healthy()).isTrue();
        });
        DeviceAccess access = provider.allocate(List.of("card0"));
        assertThat(access.environment()).containsEntry("KOCHAB_GPU", render.toString());
        assertThat(access.nodes()).extracting(DeviceAccess.Node::source).containsExactly(render, own);
    }

    @Test
    void onlyNamesThatAreConfiguredAreOffered() throws IOException {
        plugIn("ttyUSB0");
        plugIn("ttyUSB1");
        SysfsProvider provider = provider(Kind.SERIAL, "ttyUSB1");
        provider.watch(told::add);
        provider.poll();
        assertThat(last()).extracting(Device::id).containsExactly("ttyUSB1");
    }

    @Test
    void whoWatchesLaterIsToldAndWhoStopsIsNot() throws Exception {
        SysfsProvider provider = provider(Kind.SERIAL, ".*");
        provider.poll();
        var watch = provider.watch(told::add);
        assertThat(told).containsExactly(List.of());
        watch.close();
        plugIn("ttyUSB0");
        provider.poll();
        assertThat(told).hasSize(1);
    }

    @Test
    void aMachineWithoutAnyHasNone() {
        for (Kind kind : Kind.values()) {
            watched(kind);
            assertThat(last()).isEmpty();
        }
    }
}
