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
    synchronized void take(Share share) {
        Program program = share.program();
        long memory = share.memory();
        long wanted = memory + (users.containsKey(program) ? 0 : program.weight());
        if (memory + program.weight() > most) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.INVALID,
                    "limits.memory: " + kib(memory) + " of memory and " + kib(program.weight())
                            + " for the module are more than the " + kib(most)
                            + " this agent has for all modules: lower the limit, or give the agent a larger heap");
        }
        if (share.instances() > mostTasks) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.INVALID,
                    "concurrency " + share.instances() + " is more than the " + mostTasks
                            + " instances that tasks allows in this agent: lower it");
        }
        if (tasks + share.instances() > mostTasks) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.TEMPORARY,
                    tasks + " instances of modules may run in this agent already, and tasks allows " + mostTasks
                            + ": it is tried again");
        }
        if (used + wanted > most) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.TEMPORARY,
                    kib(wanted) + " are needed, and " + kib(most - used) + " of " + kib(most)
                            + " for modules are free in this agent: it is tried again");
        }
        used += wanted;
        tasks += share.instances();
        users.merge(program, 1, Integer::sum);
    }

    synchronized void release(Share share) {
        Program program = share.program();
        tasks -= share.instances();
        used -= share.memory();
        if (users.merge(program, -1, Integer::sum) == 0) {
            users.remove(program);
            used -= program.weight();
        }
    }

    static String kib(long bytes) {
        return (bytes + 1023) / 1024 + " KiB";
    }
}
