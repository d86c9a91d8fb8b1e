package org.kochab.testkit.device;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.kochab.spi.device.Device;
import org.kochab.spi.device.DeviceAccess;
import org.kochab.spi.device.DeviceListener;
import org.kochab.spi.device.DeviceProvider;
import org.kochab.spi.device.DeviceWatch;

/** The contract finds what is wrong with a provider. */
class BrokenProvidersTest {
    private static class Provider implements DeviceProvider {
        @Override
        public String resource() {
            return "vendor.com/thing";
        }

        List<String> ids() {
            return List.of("a", "b");
        }

        @Override
        public DeviceWatch watch(DeviceListener listener) {
            listener.devices(ids().stream()
                    .map(id -> new Device(id, null, new TreeMap<>(), null))
                    .toList());
            return () -> {};
        }

        @Override
        public DeviceAccess allocate(List<String> ids) {
            if (!ids().containsAll(ids)) {
                throw new IllegalStateException(ids + " are not all there");
            }
            List<DeviceAccess.Node> nodes = ids.stream()
                    .map(id -> new DeviceAccess.Node(Path.of("/dev", id), "/dev/" + id, "rw"))
                    .toList();
            return new DeviceAccess(new TreeMap<>(), nodes, List.of());
        }
    }

    private static DeviceProviderContractTest contract(DeviceProvider provider) throws Exception {
        DeviceProviderContractTest test = new DeviceProviderContractTest() {
            @Override
            protected DeviceProvider open() {
                return provider;
            }

            @Override
            protected void close(DeviceProvider closed) {}
        };
        test.begin();
        return test;
    }

    @Test
    void aProviderThatIsRightPasses() throws Exception {
        DeviceProviderContractTest test = contract(new Provider());
        test.theResourceIsAnExtendedOneAndStays();
        test.devicesHaveIdsOfTheirOwnAndFaultsThatFit();
        test.devicesAreTheSameAfterARestart();
        test.everyWatcherIsToldAll();
        test.aWatchIsEndedMoreThanOnce();
        test.whatATaskIsGivenCanBeGiven();
        test.theSameDevicesAreGivenAgain();
        test.whatIsNotThereIsNotGiven();
    }

    @Test
    void aResourceOfKubernetesIsFound() throws Exception {
        DeviceProviderContractTest test = contract(new Provider() {
            @Override
            public String resource() {
                return "kubernetes.io/thing";
            }
        });
        assertThatThrownBy(test::theResourceIsAnExtendedOneAndStays).hasMessageContaining("kubernetes.io/thing");
    }

    @Test
    void anIdThatIsThereTwiceIsFound() throws Exception {
        DeviceProviderContractTest test = contract(new Provider() {
            @Override
            List<String> ids() {
                return List.of("a", "a");
            }
        });
        assertThatThrownBy(test::devicesHaveIdsOfTheirOwnAndFaultsThatFit).hasMessageContaining("duplicate");
    }

    @Test
    void idsThatAreCountedAnewAreFound() throws Exception {
        DeviceProviderContractTest test = contract(new Provider() {
            private int counted;

            @Override
            List<String> ids() {
                return List.of("device-" + counted++);
            }
        });
        assertThatThrownBy(test::devicesAreTheSameAfterARestart).hasMessageContaining("device-1");
    }

    @Test
    void whatIsGivenThoughItIsNotThereIsFound() throws Exception {
        DeviceProviderContractTest test = contract(new Provider() {
            @Override
            public DeviceAccess allocate(List<String> ids) {
                return new DeviceAccess(new TreeMap<>(), List.of(), List.of());
            }
        });
        assertThatThrownBy(test::whatIsNotThereIsNotGiven).isInstanceOf(AssertionError.class);
    }
}
