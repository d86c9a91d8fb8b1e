package org.kochab.spi.store;

/**
 * Who may write a partition. There is no time in it, because clocks of two members are never compared: a contender takes over
 * after it has seen the same record unchanged for the whole of {@code ttlMillis} on its own monotonic clock.
 *
 * @param epoch grows by at least one at each change of leader
 * @param owner the member's name; empty if the lease was given back
 * @param renewal grows at each renewal within an epoch
 * @param ttlMillis how long the record must stay unchanged before somebody else may take it
 */
public record LeaseRecord(long epoch, String owner, long renewal, long ttlMillis) {}
