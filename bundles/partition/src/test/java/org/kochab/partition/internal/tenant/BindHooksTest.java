package org.kochab.partition.internal.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.plugin.Plugin;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.ResourceRef;
import org.kochab.spi.scheduler.BindHook;
import org.kochab.spi.scheduler.Permit;
import org.kochab.spi.scheduler.Reservation;

/** A vendor's hook between the scheduler and the claim, with the threads that call it. */
class BindHooksTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private BindHooks hooks;
    private TestPlane test;
    private LedgerManager manager;

    @BeforeEach
    void start() {
        start(LIMIT);
    }

    /** @param limit of one call of a hook */
    private void start(Duration limit) {
        hooks = new BindHooks(System::nanoTime, limit);
        test = new TestPlane(new Vendors(new Admission(), new EventSinks(), hooks)).ready();
        manager = new LedgerManager(test.partitions.partition("rm-1"), test.codec);
        manager.node("n1", "8", 110);
        test.plane.addManager(manager);
        test.plane.addScheduler(new FirstFit("spread"), "test", "1.0.0");
    }

    @AfterEach
    void stop() {
        test.close();
        hooks.close();
    }

    private interface Permitting {
        List<Permit> permit(List<Reservation> pods) throws Exception;
    }

    /** Has a word in pods with the label gang. */
    private static class Hook implements BindHook {
        final List<String> bound = Collections.synchronizedList(new ArrayList<>());
        final List<String> released = Collections.synchronizedList(new ArrayList<>());
        private final Permitting permitting;

        Hook(Permitting permitting) {
            this.permitting = permitting;
        }

        @Override
        public String name() {
            return "gang";
        }

        @Override
        public String label() {
            return "gang";
        }

        @Override
        public List<Permit> permit(List<Reservation> pods) throws Exception {
            return permitting.permit(pods);
        }

        @Override
        public void bound(List<Reservation> pods) {
            pods.forEach(p -> bound.add(p.pod()));
        }

        @Override
        public void released(List<Reservation> pods) {
            pods.forEach(p -> released.add(p.pod()));
        }
    }

    private Hook add(Permitting permitting) {
        Hook hook = new Hook(permitting);
        hooks.add(hook, "com.example.gang", "1.0.0");
        return hook;
    }

    private void create(String name) {
        test.resources()
                .create(
                        TestPlane.TENANT,
                        test.read(
                                """
                                apiVersion: v1
                                kind: Pod
                                metadata: {name: %s, labels: {gang: g}}
                                spec: {containers: [{name: main, image: "web:1", resources: {requests: {cpu: 500m}}}]}
                                """
                                        .formatted(name)));
    }

    private static ResourceRef ref(String name) {
        return new ResourceRef(TestPlane.TENANT, Kind.POD, "default", name);
    }

    private boolean isBound(String name) {
        return test.resources()
                .get(ref(name))
                .map(p -> ((Pod) p).spec().nodeName() != null)
                .orElse(false);
    }

    private String explained(String name) {
        return test.plane
                .explain(TestPlane.TENANT, "default", name)
                .map(p -> p.message())
                .orElse("");
    }

    private Plugin plugin() {
        return hooks.plugins().get(0);
    }

    @Test
    void aGangStartsTogether() {
        List<String> there = Collections.synchronizedList(new ArrayList<>());
        Hook gang = add(pods -> {
            pods.stream().map(Reservation::pod).filter(p -> !there.contains(p)).forEach(there::add);
            Permit permit = there.size() < 3
                    ? new Permit.Wait(Duration.ofMillis(20), there.size() + " of 3 are there")
                    : new Permit.Allow();
            return Collections.nCopies(pods.size(), permit);
        });
        create("a");
        create("b");
        await().atMost(LIMIT).until(() -> explained("b").contains("2 of 3 are there"));
        assertThat(manager.claims()).isEmpty();
        create("c");
        await().atMost(LIMIT).until(() -> isBound("a") && isBound("b") && isBound("c"));
        await().atMost(LIMIT).until(() -> gang.bound.size() == 3);
        assertThat(gang.bound).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(gang.released).isEmpty();
        assertThat(plugin().kind()).isEqualTo(Plugin.BIND_HOOK);
        assertThat(plugin().state()).isEqualTo("Active");
    }

    @Test
    void aPodThatWaitsCanBeDeleted() {
        Hook hook = add(pods ->
                Collections.nCopies(pods.size(), new Permit.Wait(Duration.ofMinutes(1), "until the licence is there")));
        create("a");
        await().atMost(LIMIT).until(() -> explained("a").contains("until the licence is there"));
        test.resources().delete(ref("a"), new DeleteOptions(0L, false, null, false));
        await().atMost(LIMIT).until(() -> test.resources().get(ref("a")).isEmpty());
        await().atMost(LIMIT).until(() -> hook.released.equals(List.of("a")));
        assertThat(manager.claims()).isEmpty();
    }

    @Test
    void aHookThatFailsIsNamedAndPodsGoOnWithoutItOnceItIsGone() {
        Hook broken = add(pods -> List.of());
        create("a");
        await().atMost(LIMIT).until(() -> explained("a")
                .contains("bind hook 'gang' of com.example.gang 1.0.0 failed with:"
                        + " java.lang.IllegalStateException: it was asked about 1 pods and gave 0 answers"));
        assertThat(isBound("a")).isFalse();
        hooks.remove(broken);
        await().atMost(LIMIT).until(() -> isBound("a"));
        assertThat(hooks.plugins()).isEmpty();
    }

    @Test
    void aHookThatHangsHoldsOnlyItsPods() {
        stop();
        start(Duration.ofMillis(300));
        CountDownLatch ends = new CountDownLatch(1);
        add(pods -> {
            while (ends.getCount() > 0) {
                Thread.onSpinWait();
            }
            return Collections.nCopies(pods.size(), new Permit.Allow());
        });
        create("a");
        test.resources()
                .create(
                        TestPlane.TENANT,
                        test.read("{apiVersion: v1, kind: Pod, metadata: {name: free},"
                                + " spec: {containers: [{name: main, image: 'web:1'}]}}"));
        await().atMost(LIMIT).until(() -> isBound("free"));
        await().atMost(LIMIT).until(() -> plugin().state().equals("Quarantined"));
        assertThat(plugin().message()).contains("did not end a call within 300 ms");
        assertThat(isBound("a")).isFalse();
        ends.countDown();
    }
}
