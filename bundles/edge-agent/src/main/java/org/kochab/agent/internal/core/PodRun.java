package org.kochab.agent.internal.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.kochab.agent.internal.core.Checkpoint.End;
import org.kochab.agent.internal.core.Checkpoint.SavedContainer;
import org.kochab.agent.internal.core.Checkpoint.SavedPod;
import org.kochab.api.link.PodDocument;
import org.kochab.api.model.Container;
import org.kochab.api.model.PodStatus;
import org.kochab.spi.runtime.TaskHandle;

/** One pod on this node, from its first start until nothing of it is left. */
final class PodRun {
    private final Instant startTime;
    private PodDocument document;
    private String specDigest;
    private long token;
    private @Nullable Long stopGraceSeconds;
    private @Nullable End end;
    private @Nullable PodDocument next;
    private @Nullable String nextDigest;
    private boolean behind;
    private List<ContainerRun> inits = new ArrayList<>();
    private List<ContainerRun> mains = new ArrayList<>();
    private final Leaving leaving;
    private @Nullable PodStatus shown;

    PodRun(PodDocument document, String specDigest, long token, Instant startTime) {
        this.document = document;
        this.specDigest = specDigest;
        this.token = token;
        this.startTime = startTime;
        leaving = new Leaving(document.uid());
        document.spec().initContainers().forEach(c -> inits.add(new ContainerRun(c, true, sizing(c))));
        document.spec().tasks().forEach(c -> mains.add(new ContainerRun(c, false, sizing(c))));
        PodRules.fault(document).ifPresent(fault -> end("Failed", "InvalidSpec", fault));
    }

    PodRun(PodDocument document, SavedPod saved) {
        this.document = document;
        leaving = new Leaving(document.uid());
        specDigest = saved.specDigest();
        token = saved.token();
        startTime = saved.startTime();
        stopGraceSeconds = saved.stopGraceSeconds();
        end = saved.end();
        document.spec().initContainers().forEach(c -> inits.add(restored(c, true, saved)));
        document.spec().tasks().forEach(c -> mains.add(restored(c, false, saved)));
    }

    private Sizing sizing(Container c) {
        return Sizing.of(c, document.spec().virtualMachine());
    }

    private ContainerRun restored(Container spec, boolean init, SavedPod saved) {
        return saved.containers().stream()
                .filter(c -> Objects.equals(c.name(), spec.name()))
                .findFirst()
                .map(c -> new ContainerRun(spec, init, sizing(spec), c))
                .orElseGet(() -> new ContainerRun(spec, init, sizing(spec)));
    }

    SavedPod saved() {
        return new SavedPod(
                uid(),
                specDigest,
                token,
                startTime,
                stopGraceSeconds,
                end,
                containers().map(ContainerRun::saved).toList());
    }

    String uid() {
        return document.uid();
    }

    PodDocument document() {
        return document;
    }

    String kind() {
        return document.spec().runtimeKind();
    }

    long token() {
        return token;
    }

    String specDigest() {
        return nextDigest == null ? specDigest : nextDigest;
    }

    boolean gone() {
        return leaving.gone();
    }

    boolean leaving() {
        return stopGraceSeconds != null;
    }

    boolean ended() {
        return end != null;
    }

    Stream<ContainerRun> containers() {
        return Stream.concat(inits.stream(), mains.stream());
    }

    /** Whether a task that was found is one of this pod's that it still needs. */
    boolean needs(TaskHandle task) {
        return container(task.container())
                .map(c -> c.handle() == null || task.attempt() >= c.handle().attempt() || task.equals(c.previous()))
                .orElse(false);
    }

    Optional<ContainerRun> container(String name) {
        return containers().filter(c -> name.equals(c.spec.name())).findFirst();
    }

    // ---- what is wanted

    void claimed(long newToken) {
        token = Math.max(token, newToken);
    }

    /** Ends the pod and removes it; a shorter grace period than one given before counts. */
    void leave(long graceSeconds) {
        stopGraceSeconds = stopGraceSeconds == null ? graceSeconds : Math.min(stopGraceSeconds, graceSeconds);
    }

    void leave() {
        if (stopGraceSeconds == null) {
            stopGraceSeconds = grace();
        }
    }

    private long grace() {
        Long own = document.spec().terminationGracePeriodSeconds();
        return own == null ? 30 : Math.max(0, own);
    }

    void end(String phase, String reason, @Nullable String message) {
        if (end == null) {
            end = new End(phase, reason, message);
        }
    }

    /** Goes on with another spec: at once if only sizes differ, else once what runs by the old one has ended. */
    void replace(PodDocument newDocument, String digest) {
        behind = false;
        if (next == null && document.spec().withSizesOf(newDocument.spec()).equals(newDocument.spec())) {
            document = newDocument;
            specDigest = digest;
            List<Container> sized = newDocument.spec().tasks();
            for (int i = 0; i < mains.size(); i++) {
                mains.get(i).spec = sized.get(i);
                mains.get(i).resizing().want(sizing(sized.get(i)));
            }
        } else {
            next = newDocument;
            nextDigest = digest;
        }
    }

    /** It is to have the spec of this digest, which may not be here yet. */
    void wants(String digest) {
        behind = !specDigest().equals(digest);
    }

    boolean isBehind() {
        return behind;
    }

    /** Whether all that runs is as the pod says. */
    boolean resized() {
        return !behind
                && next == null
                && mains.stream()
                        .allMatch(c -> c.phase == ContainerRun.Phase.DONE
                                || c.resizing().settled(c.live()));
    }

    boolean startsAgain(ContainerRun container, int exitCode) {
        if (leaving() || end != null || next != null) {
            return false;
        }
        if (container.resizing().restarting() || container.resizing().wanted().isOff()) {
            return true;
        }
        String policy = document.spec().restartPolicy();
        if ("Never".equals(policy)) {
            return false;
        }
        return exitCode != 0 || !container.init && !"OnFailure".equals(policy);
    }

    // ---- progress

    /** Does what can be done now. Calling it again without news does nothing. */
    void step(Moment now, Kinds kinds, DeviceBook devices, Consumer<Effect> out) {
        recover(kinds, out);
        if (next == null) {
            judge(now);
        }
        if (leaving() || end != null || next != null) {
            wind(now, devices, out);
        } else {
            advance(now, kinds, devices, out);
        }
        containers().forEach(c -> c.takeStale()
                .forEach(h -> out.accept(new Effect.Remove(uid(), c.spec.name(), h, false))));
    }

    private void recover(Kinds kinds, Consumer<Effect> out) {
        if (!kinds.known(kind())) {
            return;
        }
        containers().filter(c -> c.phase == ContainerRun.Phase.RECOVERING).forEach(c -> {
            TaskHandle handle = c.handle();
            if (handle == null) {
                kinds.found(kind(), uid(), c.spec.name(), c.attempt()).ifPresentOrElse(c::adopt, c::neverLaunched);
                handle = c.handle();
            }
            if (handle != null && c.askOnce()) {
                out.accept(new Effect.Recover(uid(), c.spec.name(), handle));
            }
        });
    }

    /** Whether the pod has ended by itself. */
    private void judge(Moment now) {
        if (end != null) {
            return;
        }
        Long deadline = document.spec().activeDeadlineSeconds();
        if (deadline != null && Duration.between(startTime, now.wall()).getSeconds() >= deadline) {
            end(
                    "Failed",
                    "DeadlineExceeded",
                    "the pod was active for longer than activeDeadlineSeconds, " + deadline + " s");
            return;
        }
        for (ContainerRun c : inits) {
            if (c.phase == ContainerRun.Phase.DONE && failed(c)) {
                end("Failed", "Error", "init container " + c.spec.name() + " failed");
                return;
            }
        }
        if (mains.stream().allMatch(c -> c.phase == ContainerRun.Phase.DONE)) {
            Optional<ContainerRun> failed =
                    mains.stream().filter(PodRun::failed).findFirst();
            end = failed.isPresent()
                    ? new End("Failed", null, "container " + failed.get().spec.name() + " failed")
                    : new End("Succeeded", null, null);
        }
    }

    private static boolean failed(ContainerRun c) {
        return c.ended() == null || c.ended().exitCode() != 0;
    }

    private void advance(Moment now, Kinds kinds, DeviceBook devices, Consumer<Effect> out) {
        for (ContainerRun c : inits) {
            if (c.phase != ContainerRun.Phase.DONE) {
                start(c, now, kinds, devices, out);
                mains.forEach(m -> m.waitFor("PodInitializing", null));
                return;
            }
        }
        mains.forEach(c -> {
            start(c, now, kinds, devices, out);
            resize(c, now, kinds, out);
            c.dueProbes(now)
                    .forEach(p -> out.accept(new Effect.Check(
                            uid(), c.spec, java.util.Objects.requireNonNull(c.handle()), p.kind(), p.probe())));
        });
    }

    private void resize(ContainerRun c, Moment now, Kinds kinds, Consumer<Effect> out) {
        TaskHandle handle = c.handle();
        if (c.phase != ContainerRun.Phase.RUNNING || handle == null) {
            return;
        }
        Resizing resizing = c.resizing();
        if (resizing.endsRun(now, resizing.inForce().needsRestart(resizing.wanted(), c.spec))) {
            if (c.mayStop(now)) {
                resizing.restart();
                stop(c, resizing.wanted().isOff() ? "its powerSpec is Shutdown" : "its resources change", grace(), out);
            }
        } else if (resizing.isDue(now) && kinds.known(kind())) {
            resizing.begin();
            out.accept(new Effect.Update(uid(), document, c.spec, handle));
        }
    }

    private void start(ContainerRun c, Moment now, Kinds kinds, DeviceBook devices, Consumer<Effect> out) {
        if (c.phase != ContainerRun.Phase.WAITING) {
            return;
        }
        if (c.resizing().wanted().isOff()) {
            c.hold("Shutdown", "the machine is off: set its powerSpec to Running to start it");
            return;
        }
        if (c.resizing().wanted().isSuspended()) {
            c.hold("Suspended", "nothing of the machine is there to go on: set its powerSpec to Running to start it");
            return;
        }
        if (c.notBefore() > now.millis()) {
            return;
        }
        Optional<String> unready = kinds.unready(kind());
        if (unready.isPresent()) {
            c.waitFor("RuntimeNotReady", unready.get());
            return;
        }
        TaskHandle found = found(c, kinds);
        if (found != null) {
            // It runs already: started by an agent whose checkpoint is lost.
            c.adopt(found);
            recover(kinds, out);
            return;
        }
        Optional<String> lacking = devices.take(uid(), c.spec, c.init);
        if (lacking.isPresent()) {
            c.hold("DevicesNotReady", lacking.get());
            return;
        }
        int attempt = c.begin();
        out.accept(new Effect.Start(uid(), document, c.spec, c.init, attempt));
    }

    private @Nullable TaskHandle found(ContainerRun c, Kinds kinds) {
        return c.phase != ContainerRun.Phase.WAITING || c.handle() != null
                ? null
                : kinds.found(kind(), uid(), c.spec.name(), Math.max(0, c.attempt()))
                        .orElse(null);
    }

    /** What runs without this agent's knowing may use any device of those that it asked for. */
    void claimUnknown(Kinds kinds, DeviceBook devices) {
        containers().filter(c -> found(c, kinds) != null).forEach(c -> devices.adopted(uid(), c.spec, c.init));
    }

    /** Stops what runs; then goes on with the next spec, or leaves. */
    private void wind(Moment now, DeviceBook devices, Consumer<Effect> out) {
        long seconds = stopGraceSeconds == null ? grace() : stopGraceSeconds;
        containers().forEach(c -> {
            if (c.phase == ContainerRun.Phase.WAITING && next == null) {
                c.giveUp();
            } else if (c.mayStop(now)) {
                stop(c, null, seconds, out);
            }
        });
        if (!containers().allMatch(ContainerRun::quiet)) {
            return;
        }
        if (!leaving()) {
            // What has ended by itself gives its capacity back at once, and with it its devices.
            devices.release(uid());
        }
        if (next != null && !leaving() && end == null) {
            restartWith(out);
        } else if (leaving()) {
            leaving.advance(now, handles(), out);
        }
    }

    void kill(ContainerRun c, String why, @Nullable Long graceSeconds, Moment now, Consumer<Effect> out) {
        if (c.mayStop(now)) {
            stop(c, why, graceSeconds == null ? grace() : graceSeconds, out);
        }
    }

    private void stop(ContainerRun c, @Nullable String why, long seconds, Consumer<Effect> out) {
        c.stopping(why);
        out.accept(new Effect.Stop(
                uid(), c.spec.name(), java.util.Objects.requireNonNull(c.handle()), Duration.ofSeconds(seconds)));
    }

    private void restartWith(Consumer<Effect> out) {
        List<TaskHandle> old = handles().toList();
        old.forEach(h -> out.accept(new Effect.Remove(uid(), h.container(), h, false)));
        List<SavedContainer> before = containers().map(ContainerRun::saved).toList();
        document = java.util.Objects.requireNonNull(next);
        specDigest = java.util.Objects.requireNonNull(nextDigest);
        next = null;
        nextDigest = null;
        inits = new ArrayList<>();
        mains = new ArrayList<>();
        document.spec().initContainers().forEach(c -> inits.add(successor(c, true, before)));
        document.spec().tasks().forEach(c -> mains.add(successor(c, false, before)));
        PodRules.fault(document).ifPresent(fault -> end("Failed", "InvalidSpec", fault));
    }

    private ContainerRun successor(Container spec, boolean init, List<SavedContainer> before) {
        return before.stream()
                .filter(s -> s.name().equals(spec.name()))
                .findFirst()
                .map(s -> new ContainerRun(
                        spec,
                        init,
                        sizing(spec),
                        new SavedContainer(
                                spec.name(),
                                s.attempt() + 1,
                                s.restarts() + 1,
                                false,
                                null,
                                null,
                                null,
                                false,
                                false,
                                0,
                                null,
                                s.ended() == null ? s.last() : s.ended(),
                                null,
                                false)))
                .orElseGet(() -> new ContainerRun(spec, init, sizing(spec)));
    }

    private Stream<TaskHandle> handles() {
        return containers().flatMap(c -> Stream.of(Optional.ofNullable(c.handle()), Optional.ofNullable(c.previous()))
                .flatMap(Optional::stream));
    }

    Leaving departure() {
        return leaving;
    }

    /** After a restart of the machine, what init containers did may be lost with it: they run again. */
    void resetInits() {
        if (mains.stream().allMatch(c -> c.phase == ContainerRun.Phase.WAITING)) {
            inits.forEach(ContainerRun::reset);
        }
    }

    /** @return when something is to be done without further news */
    long nextDue(Moment now) {
        long due = Long.MAX_VALUE;
        for (ContainerRun c : containers().toList()) {
            if (c.phase == ContainerRun.Phase.WAITING || c.phase == ContainerRun.Phase.RUNNING) {
                due = c.notBefore() > now.millis() ? Math.min(due, c.notBefore()) : due;
            }
            due = Math.min(due, Math.min(c.nextProbe(), c.resizing().nextDue()));
        }
        due = Math.min(due, leaving.nextDue(now));
        Long deadline = document.spec().activeDeadlineSeconds();
        if (deadline != null && end == null) {
            due = Math.min(
                    due,
                    now.millis()
                            + Math.max(
                                    0,
                                    deadline * 1000
                                            - Duration.between(startTime, now.wall())
                                                    .toMillis()));
        }
        return due;
    }

    /** Whether every start that can be made now has been made. */
    boolean settled() {
        return containers()
                .noneMatch(c -> c.phase == ContainerRun.Phase.RECOVERING || c.phase == ContainerRun.Phase.STARTING);
    }

    // ---- status

    /** @return whether the status differs from the one shown last */
    boolean refresh(Moment now, @Nullable String hostIp, @Nullable String podIp) {
        PodStatus status = PodView.of(this, shown, end, startTime, hostIp, podIp, inits, mains, now.wall());
        boolean news = !status.equals(shown);
        shown = status;
        return news;
    }

    PodStatus status() {
        return shown == null ? PodStatus.pending() : shown;
    }
}
