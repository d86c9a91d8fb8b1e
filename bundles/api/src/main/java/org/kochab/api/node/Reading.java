package org.kochab.api.node;

/**
 * When the leader of a tenant partition began to read the resource managers: a fencing token. What was asked under an earlier reading and arrives under a
 * later one was asked by somebody who is forgotten, and is refused. Ordered by epoch, then revision.
 *
 * @param epoch the leader's
 * @param revision the partition's, at which the leader began, or at which a tenant came to it last
 */
public record Reading(long epoch, long revision) implements Comparable<Reading> {
    public static final Reading NONE = new Reading(0, 0);

    @Override
    public int compareTo(Reading other) {
        return epoch == other.epoch ? Long.compare(revision, other.revision) : Long.compare(epoch, other.epoch);
    }

    @Override
    public String toString() {
        return epoch + "/" + revision;
    }
}
