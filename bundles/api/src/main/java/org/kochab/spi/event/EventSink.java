package org.kochab.spi.event;

import java.util.List;
import org.kochab.api.model.TenantId;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Is given all events of tenants. Registered as a service. {@link #name} and {@link #tenants} are asked once, when it is registered.
 *
 * <p><b>Where.</b> The leader of a tenant partition gives the events of its tenants to the sinks of its own member. Install a sink on every member: which of them has an event's partition changes.
 *
 * <p><b>What, how often.</b> When a leadership begins, or a sink comes, it is given all events that the partition keeps (those of the last hour, within the partition's bounds), in the order of their keys; then each
 * change, about a second after it happened, in the order of their revisions. So each state of an event that was stored is given at least once in a leadership, unless it was dropped, or
 * followed by another one within the leader's last second. After a change of leader what is kept is given again, by that member: tell repetitions by uid and count. An event that ends after its hour is not told.
 *
 * <p><b>Threads, queue.</b> Each sink has a queue of 10,000 records and is called by one thread at a time, with what waits, 500 records at most. A batch is taken from the queue when {@link #take} has returned. If the queue is
 * full its oldest records are dropped, and {@link SinkRecord.Lost} stands in their place; nobody else waits for a slow sink.
 *
 * <p><b>Failure.</b> A call that throws, or does not end within ten seconds (its thread is then interrupted), has failed, and its batch is given again. After three failures in a row, or one call that does not end, the
 * sink is left alone for a time that doubles; its queue goes on filling. {@code kochab:plugin-list} shows that, and how many records were lost.
 */
@ConsumerType
public interface EventSink {
    /** Short and unique, for messages and {@code plugin-list}; for example {@code json-lines}. */
    String name();

    /** Whose events it is given; empty for all. */
    default List<TenantId> tenants() {
        return List.of();
    }

    /**
     * Takes a batch, which is not empty. Returns when the records are as safe as they are to be; may block.
     *
     * @throws Exception if it could not: the batch is given again
     */
    void take(List<SinkRecord> batch) throws Exception;
}
