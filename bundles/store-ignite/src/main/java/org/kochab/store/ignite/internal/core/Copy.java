package org.kochab.store.ignite.internal.core;

/** What a member's directory holds when the member starts. */
public enum Copy {
    /** Nothing, and the member has never been told to copy: a first start. */
    NEW,
    /** Nothing; the member is to copy from the others. */
    EMPTY,
    /** A copy that was not finished. */
    PART,
    /** The member cannot even read when it was there last. */
    DAMAGED,
    /** Complete when the member stopped, but it did not stop in order: the others may have gone on differently. */
    WHOLE,
    /** Complete, and the others have all of it: the member stopped in order, before their eyes. */
    CLEAN;

    /** Whether others that go on without this member can let it in as it is; what they have since is then copied. */
    public boolean joinsActive() {
        return this == NEW || this == EMPTY || this == CLEAN;
    }

    boolean isComplete() {
        return this == WHOLE || this == CLEAN;
    }

    boolean hasData() {
        return isComplete() || this == PART;
    }
}
