package org.kochab.store.ignite.internal.grid;

/**
 * Calls that leave this bundle, and threads that make them, do so without its class loader as the context's: a thread that another bundle begins meanwhile would inherit it,
 * and with it keep all of this version in memory after an update. Ignite itself is told the loader where it starts.
 */
final class Outside {
    private Outside() {}

    /** A daemon that has not begun yet. */
    static Thread thread(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
        return thread;
    }

    /** On one of Ignite's threads. */
    static void call(Runnable others) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
        try {
            others.run();
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
