package org.kochab.runtime.wasm.internal;

import java.util.IdentityHashMap;
import java.util.Map;
import org.kochab.spi.runtime.RuntimeFailure;

/**
 * Heap and threads that tasks may take of this process, which is the agent itself: what it has no room for is not started. A task has its linear
 * memory's limit set aside for as long as it runs; a program counts once, however many tasks run it. Any thread.
 */
final class Budget {
    private final long most;
    private final int mostTasks;
    private final Map<Program, Integer> users = new IdentityHashMap<>();
    private long used;
    private int tasks;

    Budget(long most, int mostTasks) {
        this.most = most;
        this.mostTasks = mostTasks;
    }

    long most() {
        return most;
    }

    /** @throws RuntimeFailure if there is no room: never, or not now */
    synchronized void take(Program program, long memory) {
        long wanted = memory + (users.containsKey(program) ? 0 : program.weight());
        if (memory + program.weight() > most) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.INVALID,
                    "limits.memory: " + kib(memory) + " of memory and " + kib(program.weight())
                            + " for the module are more than the " + kib(most)
                            + " this agent has for all modules: lower the limit, or give the agent a larger heap");
        }
        if (tasks >= mostTasks) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.TEMPORARY,
                    tasks + " modules run in this agent, as many as tasks allows: it is tried again");
        }
        if (used + wanted > most) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.TEMPORARY,
                    kib(wanted) + " are needed, and " + kib(most - used) + " of " + kib(most)
                            + " for modules are free in this agent: it is tried again");
        }
        used += wanted;
        tasks++;
        users.merge(program, 1, Integer::sum);
    }

    synchronized void release(Program program, long memory) {
        tasks--;
        used -= memory;
        if (users.merge(program, -1, Integer::sum) == 0) {
            users.remove(program);
            used -= program.weight();
        }
    }

    static String kib(long bytes) {
        return (bytes + 1023) / 1024 + " KiB";
    }
}
