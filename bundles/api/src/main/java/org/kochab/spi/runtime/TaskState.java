package org.kochab.spi.runtime;

/** What became of a task. */
public sealed interface TaskState {
    /** @param id the runtime's own name for it: a process id, a container id */
    record Running(String id) implements TaskState {}

    record Ended(TaskExit exit) implements TaskState {}

    /** There is nothing left of it, for example after a reboot of the machine; how it ended is not known. */
    record Lost(String reason) implements TaskState {}
}
