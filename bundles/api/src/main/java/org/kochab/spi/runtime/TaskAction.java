package org.kochab.spi.runtime;

/** Something to do once with a running task. */
public sealed interface TaskAction {
    /** Begins anew, as by the reset button; the task stays the same task, and what it has on its disks. */
    record Reboot() implements TaskAction {}

    /**
     * Keeps the whole state, memory and disks, until the task ends.
     *
     * @param name 1 to 63 lower-case letters, digits and '-', with a letter or digit at both ends; a snapshot of that name is replaced
     */
    record Snapshot(String name) implements TaskAction {}

    /** Goes back to a snapshot, which stays. */
    record Restore(String name) implements TaskAction {}
}
