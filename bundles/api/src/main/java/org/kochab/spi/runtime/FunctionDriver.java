package org.kochab.spi.runtime;

import java.time.Duration;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What a {@link RuntimeDriver} implements besides if it runs functions: tasks whose {@link TaskSpec#function} is set. Such a task runs while it can be
 * called, from {@link RuntimeDriver#start} until {@link RuntimeDriver#stop}, whether instances are ready or not; a fault of a call never ends it. The
 * task's memory limit holds for all its instances together, those kept ready included. Standard error of all calls is the task's log.
 *
 * <p>One instance serves one call: nothing a call leaves behind is seen by another, be it in memory, in globals or in open files.
 */
@ConsumerType
public interface FunctionDriver {
    /** Most bytes of input; a call with more is refused. Its base64 has to fit into one MQTT packet. */
    int MOST_INPUT = 128 * 1024;

    /** Most bytes of output; a call that writes more is ended. */
    int MOST_OUTPUT = 256 * 1024;

    /**
     * Calls the function and waits for its end. Any thread, as many at once as there are callers; blocks for at most the shorter of {@code timeout} and
     * the function's own {@code timeoutSeconds}, waiting for a free instance included, and a second more to end an instance whose time is over.
     * Calls that wait are begun in the order they came. There are no repetitions: a call is begun once, or not at all.
     *
     * @param stop asked at least once a second; the call is then ended
     * @return how it ended, a fault of the program included
     * @throws RuntimeFailure {@code INVALID} if the task is no function, or the input too large; {@code TEMPORARY} if it does not run
     */
    CallResult call(TaskHandle handle, byte[] input, Duration timeout, StopSignal stop);
}
