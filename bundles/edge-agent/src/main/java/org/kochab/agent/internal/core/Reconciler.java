package org.kochab.agent.internal.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.kochab.api.link.Announce;
import org.kochab.api.link.Desired;
import org.kochab.api.link.PodDocument;
import org.kochab.api.link.Reported;
import org.kochab.api.model.Container;
import org.kochab.api.model.PodSpec;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskHandle;
import org.kochab.spi.runtime.TaskState;

/**
 * Brings what runs on a node to what is desired. One thread. Each call takes news; {@link #step} then says what to do, and
 * {@link #checkpoint} what to make durable before doing it.
 */
public final class Reconciler {
    private final DesiredGate gate;
    private final Kinds kinds = new Kinds();
    private final SortedMap<String, PodRun> pods = new TreeMap<>();
    private final SortedMap<String, PodDocument> specs = new TreeMap<>();
    private final SortedSet<String> missing = new TreeSet<>();
    private final Tombstones tombstones;
    private final DeviceBook devices;
    private final SortedMap<String, String> podIps = new TreeMap<>();
    private final News news = new News();
    private final @Nullable String hostIp;
    private Checkpoint.@Nullable Home home;
    private boolean confirmed;
    private final List<Effect> effects = new ArrayList<>();

    /**
     * @param specOf finds the specs that were kept; a pod whose spec is missing waits until it is had again
     */
    public Reconciler(
            Checkpoint saved, Function<String, Optional<PodDocument>> specOf, @Nullable String hostIp, Moment now) {
        this.hostIp = hostIp;
        gate = new DesiredGate(saved);
        home = saved.home();
        tombstones = new Tombstones(saved.tombstones());
        devices = new DeviceBook(saved.devices());
        for (Checkpoint.SavedPod pod : saved.pods()) {
            specOf.apply(pod.specDigest()).ifPresent(document -> {
                specs.put(pod.specDigest(), document);
                pods.put(pod.uid(), new PodRun(document, pod));
            });
        }
        Desired desired = gate.current();
        if (desired != null) {
            desired.pods().forEach(e -> specOf.apply(e.specDigest()).ifPresent(d -> specs.put(e.specDigest(), d)));
            apply(desired, now);
        }
    }

    // ---- whose node it is

    /** @return the manager whose node this is; what is configured, unless that one sent it elsewhere */
    public String manager(String configured) {
        Checkpoint.Home sent = home;
        if (sent == null) {
            return configured;
        }
        if (!sent.configured().equals(configured)) {
            home = new Checkpoint.Home(configured, configured, sent.move());
            gate.follow(0, 0);
            return configured;
        }
        return sent.manager();
    }

    /** The node is another manager's now. @return false if it has followed this move or a later one already */
    public boolean follow(Announce.Move move, String configured) {
        if (home != null && home.move() >= move.number()) {
            return false;
        }
        home = new Checkpoint.Home(configured, move.resourceManager(), move.number());
        // The first state it will see is the one of that generation; what a broker kept of an earlier stay is older.
        gate.follow(move.epoch(), move.generation() - 1);
        confirmed = false;
        return true;
    }

    // ---- news from the resource manager

    /** What became of a desired state. */
    public enum Reception {
        TAKEN,
        KNOWN,
        STALE
    }

    /** Whether the manager has said what it wants since this agent's start, or since it follows that manager. */
    public boolean isConfirmed() {
        return confirmed;
    }

    /** @throws IllegalArgumentException if it makes no sense; nothing has changed then */
    public Reception desired(Desired desired, Moment now) {
        DesiredGate.Verdict verdict = gate.offer(desired);
        if (verdict instanceof DesiredGate.Verdict.Malformed malformed) {
            throw new IllegalArgumentException(malformed.why());
        }
        if (verdict instanceof DesiredGate.Verdict.Stale) {
            return Reception.STALE;
        }
        confirmed = true;
        apply(desired, now);
        return verdict instanceof DesiredGate.Verdict.Newer ? Reception.TAKEN : Reception.KNOWN;
    }

    /** @throws IllegalArgumentException if it is not the spec of the pod it was asked for; nothing has changed then */
    public void spec(String digest, PodDocument document, Moment now) {
        Desired desired = gate.current();
        if (missing.contains(digest) && desired != null) {
            if (document.spec() == null
                    || desired.pods().stream()
                            .noneMatch(e ->
                                    e.specDigest().equals(digest) && e.uid().equals(document.uid()))) {
                throw new IllegalArgumentException("spec " + digest + " is not of the pod it was asked for");
            }
            specs.put(digest, document);
            apply(desired, now);
        }
    }

    private void apply(Desired desired, Moment now) {
        missing.clear();
        SortedSet<String> wanted = new TreeSet<>();
        for (Desired.Entry entry : desired.pods()) {
            wanted.add(entry.uid());
            apply(entry, now);
        }
        pods.values().stream().filter(p -> !wanted.contains(p.uid())).forEach(PodRun::leave);
        specs.keySet()
                .removeIf(digest -> desired.pods().stream()
                                .noneMatch(e -> e.specDigest().equals(digest))
                        && pods.values().stream().noneMatch(p -> p.specDigest().equals(digest)));
    }

    private void apply(Desired.Entry entry, Moment now) {
        PodRun pod = pods.get(entry.uid());
        if (pod == null && (entry.stopGraceSeconds() != null || tombstones.forbids(entry.uid(), entry.token()))) {
            // It is not here and must not come (back).
            news.neverHere(entry.uid(), entry.token());
            return;
        }
        if (pod != null && entry.token() < pod.token()) {
            return;
        }
        if (pod != null) {
            if (entry.token() > pod.token()) {
                pod.claimed(entry.token());
                news.changed(pod);
            }
            if (entry.stopGraceSeconds() != null) {
                pod.leave(entry.stopGraceSeconds());
            }
            pod.wants(entry.specDigest());
            if (!pod.isBehind() || pod.leaving()) {
                return;
            }
        }
        PodDocument document = specs.get(entry.specDigest());
        if (document == null || !entry.uid().equals(document.uid())) {
            missing.add(entry.specDigest());
        } else if (pod == null) {
            pods.put(entry.uid(), new PodRun(document, entry.specDigest(), entry.token(), now.wall()));
        } else {
            pod.replace(document, entry.specDigest());
        }
    }

    // ---- news from drivers

    /** A driver is there, and will be asked for its tasks. */
    public void driverComes(String kind) {
        kinds.comes(kind);
    }

    /** A driver is there, and these are its tasks. */
    public void driver(String kind, List<TaskHandle> tasks) {
        kinds.present(kind, tasks);
        for (PodRun pod : pods.values()) {
            if (pod.kind().equals(kind)) {
                pod.containers().forEach(c -> {
                    c.askAgain();
                    if (c.live() && c.handle() != null) {
                        // Nobody watches it any more: the driver that did has gone.
                        effects.add(new Effect.Recover(pod.uid(), c.spec.name(), c.handle()));
                    }
                });
            }
        }
    }

    /** Whether the driver's last probe was good; {@code reason} says why not. */
    public void probed(String kind, boolean ok, String reason) {
        kinds.probed(kind, ok, reason);
    }

    public void driverGone(String kind) {
        kinds.absent(kind);
    }

    public void started(String uid, TaskHandle handle, @Nullable String id, @Nullable String address, Moment now) {
        on(uid, handle.container(), (pod, c) -> {
            c.started(handle, id, now);
            address(uid, address);
            effects.add(new Effect.Watch(uid, handle.container(), handle));
        });
    }

    public void startFailed(String uid, String container, RuntimeFailure.Code code, String why, Moment now) {
        on(uid, container, (pod, c) -> c.startFailed(code, why, pod.startsAgain(c, 127), now));
    }

    public void recovered(String uid, TaskHandle handle, TaskState state, @Nullable String address, Moment now) {
        on(uid, handle.container(), (pod, c) -> {
            if (!handle.equals(c.handle()) || c.quiet()) {
                return;
            }
            c.askAgain();
            if (state instanceof TaskState.Running running) {
                address(uid, address);
                c.recovered(running.id(), now);
                effects.add(new Effect.Watch(uid, handle.container(), handle));
            } else if (state instanceof TaskState.Ended ended) {
                c.exited(ended.exit(), pod.startsAgain(c, ended.exit().exitCode()), now);
            } else if (state instanceof TaskState.Lost lost) {
                c.lost(lost.reason(), pod.startsAgain(c, 137), now);
                pod.resetInits();
            }
        });
    }

    /** The driver could not say what became of a task; it is asked again when the driver comes back. */
    public void recoverFailed(String uid, String container, Moment now) {
        on(uid, container, (pod, c) -> c.askAgain());
    }

    public void exited(String uid, TaskHandle handle, TaskExit exit, Moment now) {
        on(uid, handle.container(), (pod, c) -> {
            if (handle.equals(c.handle()) && !c.quiet()) {
                c.exited(exit, pod.startsAgain(c, exit.exitCode()), now);
            }
        });
    }

    /** A change of a task that runs has come back. @param possible whether the driver can do that */
    public void updated(String uid, TaskHandle handle, boolean possible, Moment now) {
        on(uid, handle.container(), (pod, c) -> {
            if (handle.equals(c.handle())) {
                c.resizing().updated(possible);
            }
        });
    }

    /** It could not be made now, and is tried again. */
    public void updateFailed(String uid, TaskHandle handle, String why, Moment now) {
        on(uid, handle.container(), (pod, c) -> {
            if (handle.equals(c.handle())) {
                c.resizing().failed(why, now);
            }
        });
    }

    /** A stop has come back. How the task ended is told by {@link #exited}; it is asked for, in case that does not come. */
    public void stopped(String uid, TaskHandle handle, boolean ok, Moment now) {
        on(uid, handle.container(), (pod, c) -> {
            if (!handle.equals(c.handle()) || c.phase != ContainerRun.Phase.STOPPING) {
                return;
            }
            if (!ok) {
                c.stopFailed(now);
            } else if (c.askOnce()) {
                effects.add(new Effect.Recover(uid, handle.container(), handle));
            }
        });
    }

    public void removed(String uid, TaskHandle handle, boolean ok, Moment now) {
        kinds.forget(handle);
        PodRun pod = pods.get(uid);
        if (pod != null) {
            pod.departure().removed(handle, ok, now);
        }
    }

    public void discarded(String uid, boolean ok, Moment now) {
        PodRun pod = pods.get(uid);
        if (pod != null) {
            pod.departure().discarded(ok, now);
        }
    }

    public void checked(String uid, TaskHandle handle, ProbeCycle.Kind kind, boolean ok, String detail, Moment now) {
        on(uid, handle.container(), (pod, c) -> {
            if (!handle.equals(c.handle())) {
                return;
            }
            String kill = c.probed(kind, ok, detail);
            if (kill != null) {
                pod.kill(c, kill, graceOf(c, kind), now, effects::add);
            }
        });
    }

    private static @Nullable Long graceOf(ContainerRun c, ProbeCycle.Kind kind) {
        var probe = kind == ProbeCycle.Kind.STARTUP ? c.spec.startupProbe() : c.spec.livenessProbe();
        return probe == null ? null : probe.terminationGracePeriodSeconds();
    }

    private void address(String uid, @Nullable String address) {
        if (address != null) {
            podIps.put(uid, address);
        }
    }

    private interface On {
        void accept(PodRun pod, ContainerRun container);
    }

    private void on(String uid, String container, On what) {
        PodRun pod = pods.get(uid);
        if (pod != null) {
            pod.container(container).ifPresent(c -> what.accept(pod, c));
        }
    }

    // ---- devices

    public DeviceBook devices() {
        return devices;
    }

    // ---- contact

    /** Ends pods that may not run without contact for that long. */
    public void outOfContact(long forMillis) {
        pods.values().forEach(p -> stopAfter(p).ifPresent(most -> {
            if (forMillis >= most && !p.leaving()) {
                p.end(
                        "Failed",
                        "Disconnected",
                        "the node had no contact for " + most / 1000 + " s, the pod's disconnect.stopOnClientAfter");
            }
        }));
    }

    /** @return the shortest time without contact after which a pod ends; empty if all go on */
    public Optional<Long> shortestDisconnect() {
        return pods.values().stream()
                .filter(p -> !p.ended())
                .flatMap(p -> stopAfter(p).stream())
                .min(Comparator.naturalOrder());
    }

    private static Optional<Long> stopAfter(PodRun pod) {
        var disconnect = pod.document().spec().disconnect();
        var millis = Durations.millis(disconnect == null ? null : disconnect.stopOnClientAfter());
        return millis.isPresent() ? Optional.of(millis.getAsLong()) : Optional.empty();
    }

    // ---- what follows

    /** @return what to do now; to be done only after {@link #checkpoint} is durable */
    public List<Effect> step(Moment now) {
        pods.values().forEach(p -> p.claimUnknown(kinds, devices));
        pods.values().forEach(p -> p.step(now, kinds, devices, effects::add));
        for (PodRun pod : List.copyOf(pods.values())) {
            if (pod.refresh(now, hostIp, podIps.get(pod.uid()))) {
                news.changed(pod);
            }
            if (pod.gone()) {
                pods.remove(pod.uid());
                podIps.remove(pod.uid());
                devices.release(pod.uid());
                tombstones.add(pod.uid(), pod.token());
                news.gone(pod);
                reapply(now);
            }
        }
        sweep();
        List<Effect> todo = List.copyOf(effects);
        effects.clear();
        return todo;
    }

    /** A pod that came back under a higher token while its former run was leaving starts now. */
    private void reapply(Moment now) {
        Desired desired = gate.current();
        if (desired != null) {
            apply(desired, now);
        }
    }

    /** What drivers run for nobody is ended, but only on the resource manager's own word of what it wants. */
    private void sweep() {
        Desired desired = gate.current();
        if (!confirmed || desired == null || !missing.isEmpty()) {
            return;
        }
        effects.addAll(kinds.unwanted(handle -> {
            PodRun pod = pods.get(handle.podUid());
            return pod == null
                    ? desired.pods().stream().anyMatch(e -> e.uid().equals(handle.podUid()))
                    : pod.needs(handle);
        }));
    }

    public Checkpoint checkpoint() {
        return new Checkpoint(
                gate.epoch(),
                gate.generation(),
                gate.current(),
                pods.values().stream().map(PodRun::saved).toList(),
                tombstones.saved(),
                home,
                devices.saved());
    }

    /** Digests of all specs that are in use. */
    public SortedSet<String> specsInUse() {
        SortedSet<String> used = new TreeSet<>(specs.keySet());
        pods.values().forEach(p -> used.add(p.saved().specDigest()));
        return used;
    }

    public SortedSet<String> missingSpecs() {
        return new TreeSet<>(missing);
    }

    public long epoch() {
        return gate.epoch();
    }

    public long generation() {
        return gate.generation();
    }

    /** @return when to step again without news; after {@link #step} */
    public long nextDue(Moment now) {
        if (devices.takeFreed()) {
            return now.millis();
        }
        return pods.values().stream().mapToLong(p -> p.nextDue(now)).min().orElse(Long.MAX_VALUE);
    }

    /** Whether what was running is adopted and what was missing is started, as far as that can be done now. */
    public boolean settled() {
        return pods.values().stream().allMatch(PodRun::settled);
    }

    /** Kinds of drivers that pods here need. */
    public SortedSet<String> kindsInUse() {
        SortedSet<String> used = new TreeSet<>();
        pods.values().forEach(p -> used.add(p.kind()));
        return used;
    }

    // ---- reports

    /** @return the pods whose status is news; they are no news afterwards */
    public List<Reported.Entry> takeChanges() {
        return news.take(pods);
    }

    public boolean hasChanges() {
        return news.any();
    }

    public List<Reported.Entry> all() {
        return pods.values().stream().map(News::entry).toList();
    }

    /** As {@link org.kochab.api.link.Heartbeat} describes it. */
    public String reportedDigest() {
        return News.digest(pods.values());
    }

    public Optional<String> kindOf(String uid) {
        return Optional.ofNullable(pods.get(uid)).map(PodRun::kind);
    }

    /** A container's run, for commands. */
    public record Target(String kind, TaskHandle handle) {}

    /** @return the run to read logs of or execute in; empty if there is none such */
    public Optional<Target> target(String uid, String container, boolean previous, boolean running) {
        PodRun pod = pods.get(uid);
        if (pod == null) {
            return Optional.empty();
        }
        return pod.container(container)
                .filter(c -> !running || c.phase == ContainerRun.Phase.RUNNING)
                .flatMap(c ->
                        Optional.ofNullable(previous ? c.previous() : c.handle() == null ? c.previous() : c.handle()))
                .map(handle -> new Target(pod.kind(), handle));
    }

    /**
     * Where ports of a pod are.
     *
     * @param target one of its containers, which runs
     * @param ports those that its containers declare
     */
    public record Ports(Target target, List<Integer> ports) {}

    /** @return empty if nothing of the pod runs here */
    public Optional<Ports> ports(String uid) {
        PodRun pod = pods.get(uid);
        return pod == null
                ? Optional.empty()
                : pod.containers()
                        .filter(c -> c.phase == ContainerRun.Phase.RUNNING && c.handle() != null)
                        .findFirst()
                        .map(c -> new Ports(
                                new Target(pod.kind(), c.handle()),
                                pod.document().spec().containers().stream()
                                        .flatMap(d -> d.ports().stream())
                                        .map(Container.Port::containerPort)
                                        .toList()));
    }

    /** Name of a pod that has a persistent volume and has not ended. */
    public Optional<String> userOf(String tenant, String volume) {
        return pods.values().stream()
                .filter(p -> !p.ended() && p.document().tenant().equals(tenant))
                .filter(p -> p.document().spec().volumes().stream()
                        .map(PodSpec.Volume::persistentVolumeClaim)
                        .anyMatch(c -> c != null
                                && c.volume() != null
                                && c.volume().uid().equals(volume)))
                .map(p -> p.document().name())
                .findFirst();
    }
}
