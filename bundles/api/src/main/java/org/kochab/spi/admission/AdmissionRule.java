package org.kochab.spi.admission;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * What {@link AdmissionMutator} and {@link AdmissionValidator} have in common. {@link #name}, {@link #rank} and {@link #interest} are asked once, when the
 * service is registered.
 *
 * <p><b>Where.</b> Every member calls the rules that are registered on it, for the writes it takes: those of its shell and its other front ends, and those of the
 * controllers of the tenant partitions it leads. Install a rule on every member. What runs already is not judged again.
 *
 * <p><b>What.</b> Creations, changes of labels, annotations, owners, finalizers and spec, and the first deletion of an object. Not asked about: status, the placement of pods,
 * changes that the platform works out to be none, and whatever happens to an object that is being deleted already.
 *
 * <p><b>Order.</b> First all mutators, by rank, then name; then the platform's defaults and checks; then all validators, by rank, then name, up to the first that refuses;
 * then quotas. A write that meets another one is worked out and asked about again.
 *
 * <p><b>Threads, time.</b> Called on threads of the rule's own, at most four at a time; the writer waits. A call has a deadline, two seconds unless the operator says otherwise; then its
 * thread is interrupted. Calls may read ({@link AdmissionContext}); they must not write resources and must not wait for anything slow.
 *
 * <p><b>Failure.</b> A rule that throws, answers nonsense, or does not end in time has failed. The write is then refused ({@code failure=refuse}, as long as the operator does not say
 * otherwise) or goes on as if the rule were not there ({@code failure=ignore}, or its name among {@code ignored}). After three failures in a row, or one call that does not end, the rule is left alone for
 * a time that doubles, and then tried again; meanwhile it counts as failed. {@code kochab:plugin-list} shows it.
 */
@ConsumerType
public interface AdmissionRule {
    /** Short and unique among the rules of its kind, for messages and {@code plugin-list}; for example {@code team-label}. */
    String name();

    /** Lower comes first. */
    default int rank() {
        return 0;
    }

    /** Which writes it is called for; others cost it, and it costs them, nothing. */
    Interest interest();
}
