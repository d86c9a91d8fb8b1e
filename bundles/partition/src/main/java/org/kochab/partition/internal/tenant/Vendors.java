package org.kochab.partition.internal.tenant;

/** What vendors have a say in, or are told. */
record Vendors(Admission admission, EventSinks sinks, BindHooks hooks) {
    /** None has come yet. */
    Vendors() {
        this(new Admission(), new EventSinks(), new BindHooks());
    }
}
