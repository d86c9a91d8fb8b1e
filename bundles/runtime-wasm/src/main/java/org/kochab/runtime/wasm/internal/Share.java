package org.kochab.runtime.wasm.internal;

import com.dylibso.chicory.runtime.Memory;

/**
 * What a task has of this process while it runs.
 *
 * @param pages most pages of linear memory of one instance
 * @param instances most instances at once, each with a thread
 */
record Share(Program program, int pages, int instances) {
    long memory() {
        return (long) pages * Memory.PAGE_SIZE * instances;
    }
}
