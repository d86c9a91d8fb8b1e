package org.kochab.rm.internal.core;

import java.time.Instant;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.kochab.api.codec.Codec;
import org.kochab.api.link.Enrol;
import org.kochab.api.link.Enrolled;
import org.kochab.api.partition.Partition;
import org.kochab.spi.secret.Sealer;

/**
 * All that the state machine takes from outside.
 *
 * @param self runs a task on the thread that drives the state machine, in the order given
 * @param outputs runs tasks that may call foreign code (command sinks); any thread
 * @param millis a clock that only goes forward; its zero does not matter
 * @param wall the time of day, for people; nothing is decided by it
 * @param names gives names that were never given before: node uids, correlations
 * @param enrolment told of each machine that enrols
 * @param sealer opens what pods take from config maps and secrets
 * @param log takes a line for the operator
 */
public record Outside(
        Partition partition,
        Codec codec,
        Link link,
        Executor self,
        Executor outputs,
        LongSupplier millis,
        Supplier<Instant> wall,
        Supplier<String> names,
        Enrolment enrolment,
        Sealer sealer,
        Log log) {

    /** Who answers machines that ask for certificates. */
    public interface Enrolment {
        /** Never blocks, never fails. */
        CompletionStage<Enrolled> enrol(String node, Enrol request);
    }

    /** Where lines for the operator go. */
    public interface Log {
        void info(String line);

        void warn(String line);
    }
}
