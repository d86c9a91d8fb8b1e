package org.kochab.testkit.runtime;

/**
 * What the contract may expect of a driver's tasks; where something is not possible, it expects that to be said.
 *
 * @param outliveAgent whether tasks go on when the agent's process is gone; if not, they are lost then
 * @param hearStop whether a task can be asked to end
 * @param execute whether commands can be run inside a task
 * @param endForMemory whether a task is ended for exceeding its memory limit; if not, it is told that there is no more
 * @param crashCode exit code of a task that crashes
 * @param machine whether a task is a machine of its own: it has one stream of output and takes neither variables nor commands, and of the code that its
 *     script ends with nothing is known but whether it was 0
 * @param useDevices whether a task can be given devices of the node; if not, it is refused
 * @param resize whether a task's memory and processor limits can be changed while it runs
 */
public record Abilities(
        boolean outliveAgent,
        boolean hearStop,
        boolean execute,
        boolean endForMemory,
        int crashCode,
        boolean machine,
        boolean useDevices,
        boolean resize) {
    /** Processes, in containers or not. */
    public static final Abilities OF_PROCESSES = new Abilities(true, true, true, true, 137, false, true, true);

    /** Virtual machines. */
    public static final Abilities OF_MACHINES = new Abilities(true, true, false, true, 137, true, false, false);
}
