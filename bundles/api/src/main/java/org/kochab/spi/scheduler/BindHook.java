package org.kochab.spi.scheduler;

import java.util.List;
import org.kochab.api.model.TenantId;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Has a word after a scheduler has chosen a pod's node and before the node is claimed, and hears what became of it: Kubernetes' reserve, permit, pre-bind, post-bind and unreserve. For gangs that start together, licences and
 * quotas of other systems, things to be prepared at a node. Registered as a service; what it says of itself ({@link #name}, {@link #label}, {@link #tenants}) is asked once, when it is registered.
 *
 * <p><b>Order.</b> A chosen node is reserved in the partition's view, so that nothing else of the partition takes its room; then the hooks that have a word in the pod are asked, one after another by name; then
 * the node's resource manager is asked for the claim, which it may refuse; then the pod is bound. After ten minutes without a last word a reservation is given up as if it had been refused. Pods that a deletion or a change of
 * partition takes away lose their reservation at once.
 *
 * <p><b>How often.</b> A reservation is known to the partition's leader only. The next leader begins anew: a hook may be asked twice about one pod, at two nodes, and may not hear what became of the first: it must
 * take the later as instead of the earlier, and must not hold anything for ever. In a leadership each reservation that all asked hooks have answered ends with {@link #bound} or {@link #released} once, if the hook is still there
 * and its queue is not full.
 *
 * <p><b>Threads.</b> Each hook is called by one thread at a time on each member. A call may block, and only pods that it has a word in wait for it; one that does not end within ten seconds is interrupted and given up.
 *
 * <p><b>Failure.</b> A call that throws, does not end or does not answer for each pod refuses the reservations it was about. After three in a row, or one that does not end, the hook is left alone for a while that doubles:
 * pods that it has a word in wait meanwhile, and {@code kochab:pod-explain} and {@code kochab:plugin-list} name it. Once it is uninstalled pods go on without it.
 */
@ConsumerType
public interface BindHook {
    /** Unique among hooks, such as {@code acme.com/gang}; shown to operators. */
    String name();

    /** A label key: the hook has a word in pods that have it. Empty for all pods, which costs each of them a call. */
    String label();

    /** Whose pods; empty for all tenants. */
    default List<TenantId> tenants() {
        return List.of();
    }

    /**
     * Says whether pods may have the nodes chosen for them.
     *
     * @param pods at least one, 2,000 at most; of one partition
     * @return an answer for each, in their order
     * @throws Exception if it cannot say: they are refused
     */
    List<Permit> permit(List<Reservation> pods) throws Exception;

    /** These have their nodes for good: it is durable. Each was allowed by this hook before. */
    default void bound(List<Reservation> pods) throws Exception {}

    /** These do not get their nodes: whatever is held for them is to be given back. Each was asked about before. */
    default void released(List<Reservation> pods) throws Exception {}
}
