package org.kochab.agent.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kochab.agent.internal.core.Checkpoint;
import org.kochab.agent.internal.core.Moment;
import org.kochab.agent.internal.core.Reconciler;
import org.kochab.agent.internal.node.Machine;
import org.kochab.agent.internal.node.Settings;
import org.kochab.spi.device.Device;
import org.kochab.spi.device.DeviceAccess;
import org.kochab.spi.device.DeviceListener;
import org.kochab.spi.device.DeviceProvider;
import org.kochab.spi.device.DeviceWatch;
import org.kochab.spi.runtime.RuntimeFailure;

/** Providers that behave, and some that do not. */
@Timeout(60)
class DevicesTest {
    private static final String RESOURCE = "vendor.com/thing";

    private final Settings settings = new Settings(
            "n",
            "rm-1",
            List.of(URI.create("tcp://127.0.0.1:1")),
            Path.of("target/devices-test").toAbsolutePath(),
            Duration.ofSeconds(10),
            new TreeMap<>(Map.of("vendor.com/licence", "5")),
            new TreeMap<>(Map.of(RESOURCE, "1")),
            new TreeMap<>(),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Optional.empty());
    private final Machine machine = Machine.measure(settings, "test");
    private final LinkedBlockingQueue<Boolean> settled = new LinkedBlockingQueue<>();
    private final Reconciler core =
            new Reconciler(Checkpoint.EMPTY, d -> Optional.empty(), "127.0.0.1", new Moment(0, Instant.EPOCH));
    private final EventLoop loop = new EventLoop(this::settle);
    private final Devices devices = new Devices(settings, loop, core.devices());
    private volatile long millis = 1_000_000;

    DevicesTest() {
        loop.start();
    }

    private long settle() {
        devices.tick(now());
        settled.add(true);
        return Long.MAX_VALUE;
    }

    private Moment now() {
        return new Moment(millis, Instant.EPOCH.plusMillis(millis));
    }

    @AfterEach
    void end() {
        loop.close();
        devices.close();
    }

    private interface Condition {
        boolean holds();
    }

    /** Waits for news until something holds; all is asked on the loop's thread. */
    private void await(Condition condition) throws Exception {
        while (!onLoop(condition::holds)) {
            settled.take();
        }
    }

    private <T> T onLoop(java.util.concurrent.Callable<T> call) throws Exception {
        var answer = new java.util.concurrent.FutureTask<>(call);
        loop.post(answer);
        return answer.get();
    }

    private void add(DeviceProvider provider) {
        loop.post(() -> devices.add(provider));
    }

    private boolean offered(String capacity, String allocatable) {
        return capacity.equals(devices.capacity(machine).get(RESOURCE))
                && allocatable.equals(devices.allocatable(machine).get(RESOURCE));
    }

    private static Device device(String id, String fault) {
        return new Device(id, fault, new TreeMap<>(), null);
    }

    /** Says what it is told to. */
    private static class Provider implements DeviceProvider {
        final CountDownLatch watched = new CountDownLatch(1);
        final CountDownLatch closed = new CountDownLatch(1);
        volatile DeviceListener listener;

        @Override
        public String resource() {
            return RESOURCE;
        }

        @Override
        public DeviceWatch watch(DeviceListener to) {
            listener = to;
            watched.countDown();
            return closed::countDown;
        }

        @Override
        public DeviceAccess allocate(List<String> ids) {
            return new DeviceAccess(new TreeMap<>(), List.of(), List.of());
        }

        void say(Device... all) throws Exception {
            watched.await();
            listener.devices(List.of(all));
        }
    }

    /** Gives the device {@code a} to a container, by way of the checkpoint. */
    private Devices.Allocation allocation(DeviceProvider provider) throws Exception {
        return allocation(provider, Devices.Pace.DEFAULT);
    }

    private Devices.Allocation allocation(DeviceProvider provider, Devices.Pace pace) throws Exception {
        Reconciler holding = new Reconciler(
                new Checkpoint(
                        0,
                        0,
                        null,
                        List.of(),
                        List.of(),
                        null,
                        List.of(new Checkpoint.HeldDevices("p", "main", false, RESOURCE, List.of("a")))),
                d -> Optional.empty(),
                "127.0.0.1",
                now());
        Devices own = new Devices(settings, loop, holding.devices(), pace);
        loop.post(() -> own.add(provider));
        if (provider instanceof Provider known) {
            known.watched.await();
        }
        return onLoop(() -> own.allocation("p", "main"));
    }

    @Test
    void whatIsPresentIsCapacityAndWhatIsHealthyIsAllocatableLessTheReserve() throws Exception {
        Provider provider = new Provider();
        add(provider);
        provider.say(device("a", null), device("b", null), device("c", "broken"));
        await(() -> offered("3", "1"));
        loop.post(() -> devices.remove(provider));
        await(() -> devices.capacity(machine).get(RESOURCE) == null);
        provider.closed.await();
    }

    @Test
    void listsThatMakeNoSenseChangeNothing() throws Exception {
        Provider provider = new Provider();
        add(provider);
        provider.say(device("a", null), device("b", null));
        await(() -> offered("2", "1"));
        millis += 10_000;
        provider.say(device("a", null), device("a", null));
        provider.say(device("../../etc", null));
        provider.say(device("a\nb", null));
        provider.listener.devices(null);
        provider.listener.devices(java.util.Collections.nCopies(5_000, device("a", null)));
        assertThat(onLoop(() -> offered("2", "1"))).isTrue();
        provider.say(device("a", null), device("b", null), device("c", null));
        await(() -> offered("3", "2"));
    }

    @Test
    void listsAreTakenOnceASecondAndTheLastCounts() throws Exception {
        Provider provider = new Provider();
        add(provider);
        provider.say(device("a", null));
        await(() -> offered("1", "0"));
        for (int i = 0; i < 100_000; i++) {
            provider.say(device("a", null), device("b" + i % 2, null));
        }
        assertThat(onLoop(() -> offered("1", "0"))).isTrue();
        millis += 1_000;
        await(() -> offered("2", "1"));
    }

    @Test
    void newsIsToldAtOnceAndThenNowAndThen() throws Exception {
        Provider provider = new Provider();
        add(provider);
        assertThat(onLoop(() -> devices.takeNews(now()))).isFalse();
        provider.say(device("a", null));
        await(() -> devices.newsAt() <= millis);
        assertThat(onLoop(() -> devices.takeNews(now()) && offered("1", "0"))).isTrue();
        millis += 1_000;
        provider.say(device("a", null), device("b", null));
        await(() -> devices.newsAt() != Long.MAX_VALUE);
        assertThat(onLoop(() -> devices.takeNews(now()))).isFalse();
        millis += 5_000;
        assertThat(onLoop(() -> devices.takeNews(now()))).isTrue();
    }

    @Test
    void aSecondProviderServesWhenTheFirstHasGone() throws Exception {
        Provider first = new Provider();
        Provider second = new Provider();
        add(first);
        first.say(device("a", null), device("b", null));
        await(() -> offered("2", "1"));
        add(second);
        loop.post(() -> devices.remove(first));
        second.say(device("c", null), device("d", null), device("e", null));
        await(() -> offered("3", "2"));
    }

    @Test
    void aProviderOfWhatIsOnlyANumberIsNotUsed() throws Exception {
        Provider licences = new Provider() {
            @Override
            public String resource() {
                return "vendor.com/licence";
            }
        };
        add(licences);
        Provider other = new Provider();
        add(other);
        other.say(device("a", null));
        await(() -> offered("1", "0"));
        assertThat(licences.watched.getCount()).isEqualTo(1);
        assertThat(onLoop(() -> devices.capacity(machine))).containsEntry("vendor.com/licence", "5");
    }

    @Test
    void whoHasNoNameOrThrowsOrBlocksKeepsNobodyElseFromWork() throws Exception {
        add(new Provider() {
            @Override
            public String resource() {
                return "gpu";
            }
        });
        add(new Provider() {
            @Override
            public String resource() {
                throw new IllegalStateException("no");
            }
        });
        add(new Provider() {
            @Override
            public DeviceWatch watch(DeviceListener to) {
                throw new NoClassDefFoundError("vendor/Library");
            }

            @Override
            public String resource() {
                return "vendor.com/other";
            }
        });
        CountDownLatch never = new CountDownLatch(1);
        add(new Provider() {
            @Override
            public String resource() {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return "vendor.com/slow";
            }
        });
        Provider good = new Provider();
        add(good);
        good.say(device("a", null));
        await(() -> offered("1", "0"));
        never.countDown();
    }

    @Test
    void whatCannotBeGivenSaysWhy() throws Exception {
        Devices.Allocation refused = allocation(new Provider() {
            @Override
            public DeviceAccess allocate(List<String> ids) {
                throw new IllegalStateException("the fan is stuck");
            }
        });
        assertThatThrownBy(refused::ask)
                .isInstanceOf(RuntimeFailure.class)
                .hasMessage("the device provider of vendor.com/thing refused [a]: the fan is stuck");
        for (DeviceAccess nonsense : List.of(
                new DeviceAccess(new TreeMap<>(Map.of("A=B", "c")), List.of(), List.of()),
                access("dev/x", "/dev/x", "rw"),
                access("/dev/../etc/shadow", "/dev/x", "rw"),
                access("/dev/x", "x", "rw"),
                access("/dev/x", "/dev/x", ""),
                access("/dev/x", "/dev/x", "rwx"))) {
            Devices.Allocation allocation = allocation(new Provider() {
                @Override
                public DeviceAccess allocate(List<String> ids) {
                    return nonsense;
                }
            });
            assertThatThrownBy(allocation::ask).hasMessageContaining("makes no sense");
        }
    }

    private static DeviceAccess access(String source, String target, String permissions) {
        return new DeviceAccess(
                new TreeMap<>(), List.of(new DeviceAccess.Node(Path.of(source), target, permissions)), List.of());
    }

    @Test
    void whoDoesNotAnswerIsInterruptedAndTheStartFails() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        Provider silent = new Provider() {
            @Override
            public DeviceAccess allocate(List<String> ids) {
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    interrupted.countDown();
                }
                throw new IllegalStateException();
            }
        };
        Devices.Allocation allocation = allocation(silent, new Devices.Pace(1_000, 5_000, 1));
        assertThatThrownBy(allocation::ask).hasMessageContaining("did not answer within 1 s");
        assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
    }
}
