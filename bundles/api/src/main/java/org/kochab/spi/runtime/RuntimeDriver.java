package org.kochab.spi.runtime;

import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Runs tasks of one runtime kind. Registered as a service with {@link #KIND_PROPERTY}.
 *
 * <p>Threads: any, several at once for different tasks, one at a time for one task. Methods that return a value block, each for at most the time its
 * Javadoc gives; they fail with {@link RuntimeFailure}. Tasks live outside the agent's process: closing or killing a driver ends none of
 * them, and {@link #recover} finds them again. Where a kind cannot do that because its tasks run inside the process, they end with it, and
 * {@link #recover} says that they are {@link TaskState.Lost}: the agent starts them again as after a restart of the machine.
 */
@ConsumerType
public interface RuntimeDriver {
    String KIND_PROPERTY = "kochab.runtime.kind";

    /** What {@code runtimeClassName} says: {@code process}, {@code oci}, … */
    String kind();

    /** Really runs a task and looks at its result; at most 60 seconds. A kind is offered to schedulers only after a good probe. */
    RuntimeProbe probe();

    /** Makes all ready that {@link #start} needs, such as pulling the image; at most 10 minutes; may be repeated. */
    void prepare(TaskSpec task);

    /**
     * Starts a task; at most 60 seconds. A limit the driver cannot enforce is refused. Starting the same pod's container under the same
     * attempt again gives the task that is there: the agent may have died before it kept the handle. After a failure nothing is left. A machine
     * is started in the power state that its spec says, {@code Running} or {@code Paused}.
     *
     * @return what {@link #recover} needs to find it again, after the agent or the machine was restarted; the agent keeps it durably
     */
    TaskHandle start(TaskSpec task);

    /** Looks for a task started earlier, perhaps by a former process of this driver; at most 10 seconds. Never starts anything. */
    TaskState recover(TaskHandle handle);

    /** All tasks of this driver that are on the machine, whoever started them; at most 30 seconds. For finding what nobody wants any more. */
    List<TaskHandle> tasks();

    /** Completes when the task ends, on any thread; completes at once if it has ended. */
    CompletionStage<TaskExit> exit(TaskHandle handle);

    /** Asks the task to end (SIGTERM or its like) and ends it after {@code grace}; returns when it has ended; at most {@code grace} + 30 seconds. */
    void stop(TaskHandle handle, Duration grace);

    /** Forgets an ended task and frees all it had, log included; at most 30 seconds; may be repeated. */
    void remove(TaskHandle handle);

    /** What the task uses now; empty if it has ended or cannot be measured. */
    Optional<TaskUse> use(TaskHandle handle);

    /**
     * Brings a task that runs to other limits or another power state; at most 30 seconds; may be repeated. Not called while the task is being
     * started or stopped. A machine that is {@code Suspended} has not ended: it uses neither memory nor processors, and the next call, also of a later process of
     * the driver, may be for it to go on.
     *
     * @param task as it is to be: of what it was started with only {@code memoryBytes}, {@code cpuMillis}, resources and the machine's power state
     *     may differ; a limit that it had is never null; {@code mounts} is empty
     * @return false if this driver cannot do so while the task runs: nothing has changed then, and the agent starts the task anew
     * @throws RuntimeFailure if it could not be done now; it is tried again. Limits may have changed in part
     */
    default boolean update(TaskHandle handle, TaskSpec task) {
        return false;
    }

    /**
     * Gives the task's log to {@code sink}: the last {@code tailLines} lines (all for a negative number), then, with {@code follow}, what comes until
     * the task ends or {@code stop} says so. Blocks meanwhile.
     */
    void logs(TaskHandle handle, int tailLines, boolean follow, OutputSink sink, StopSignal stop);

    /** Runs a command without input inside the task; blocks until it ends or {@code timeout} is over (it is then killed). */
    int exec(TaskHandle handle, List<String> command, Duration timeout, OutputSink sink, StopSignal stop);

    /**
     * As {@link #exec(TaskHandle, List, Duration, OutputSink, StopSignal)}, with input. The command's input ends where {@code input} does; it need not read
     * it, and no more is read ahead of it than a pipe or two hold.
     *
     * @param input blocks until there is more; once this method has returned or thrown, reading it fails, so a thread that is left in it goes on
     * @throws RuntimeFailure {@code INVALID} if commands have no input here
     */
    default int exec(
            TaskHandle handle,
            List<String> command,
            InputStream input,
            Duration timeout,
            OutputSink sink,
            StopSignal stop) {
        throw new RuntimeFailure(
                RuntimeFailure.Code.INVALID, "commands in pods of the kind " + kind() + " have no input: leave out -i");
    }

    /** Address at which the task's ports can be reached from the agent, for probes; empty for the node's own loopback. */
    Optional<String> address(TaskHandle handle);

    /** Images on this machine, for image locality; empty for kinds without images. At most 10 seconds. */
    List<RuntimeImage> images();

    /**
     * Does something with a running task, once for each {@code id}: the same again, also to a later process of the driver, tells how that ended, or waits for its
     * end. Blocks for at most {@code limit} + 10 seconds. Never {@link ActionEnd.Result#DONE} unless it was done.
     *
     * @param id 1 to 64 letters, digits, '-' and '_'
     * @throws RuntimeFailure with {@link RuntimeFailure.Code#TEMPORARY} if it is not done yet: the same may be asked again
     */
    default ActionEnd act(TaskHandle handle, String id, TaskAction action, Duration limit) {
        return new ActionEnd(
                ActionEnd.Result.REFUSED,
                "Pods of the kind " + kind()
                        + " have no actions: only virtual machines, of the kind vm, can reboot, and take and restore snapshots");
    }
}
