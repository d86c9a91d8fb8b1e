package org.kochab.store.ignite.internal.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the bundle does when it is updated: each start has a class loader of its own, on the same directory. */
class RestartTest {
    private static final int PORT = 22_070;
    private static final int TIMES = 10;

    /** Threads of the JDK's own pool behind asynchronous file channels: without a name, and gone after a minute without work. */
    private static final String JDK_FILE_POOL = "Thread[Thread-";

    @TempDir
    Path directory;

    @Test
    @Timeout(600)
    void tenStartsLeaveNoThreadNoFileLockAndNoClassLoader() throws Exception {
        List<Thread> before = threads();
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        Queue<Optional<ClassLoader>> seen = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < TIMES; i++) {
            loaders.add(startAndStop(
                    () -> seen.add(Optional.ofNullable(Thread.currentThread().getContextClassLoader()))));
            // Ignite has told them all to end; one that is slow to be scheduled gets the time for it
            await("threads left by start " + (i + 1))
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(left(before))
                            .filteredOn(thread -> !thread.startsWith(JDK_FILE_POOL))
                            .isEmpty());
        }
        // A thread that others begin where they are called inherits it, and lives on.
        assertThat(seen).hasSize(3 * TIMES).noneMatch(loader -> loader.filter(Loader.class::isInstance)
                .isPresent());
        seen.clear();
        await().atMost(Duration.ofSeconds(120)).untilAsserted(() -> {
            System.gc();
            assertThat(left(before)).isEmpty();
            serializeSomething();
            assertThat(loaders).noneMatch(loader -> loader.get() != null);
        });
    }

    /** The JDK's caches of serializable classes keep what the collector has already cleared until they are used the next time. */
    private static void serializeSomething() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(Integer.valueOf(1_000));
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(in.readObject()).isEqualTo(1_000);
        }
    }

    private WeakReference<ClassLoader> startAndStop(Runnable others) throws Exception {
        Loader loader = new Loader();
        Class<?> life = loader.loadClass(StoreCycle.class.getName());
        assertThat(life.getClassLoader()).isSameAs(loader);
        life.getMethod("run", Path.class, int.class, Runnable.class)
                .invoke(null, directory.resolve("data"), PORT, others);
        loader.close();
        return new WeakReference<>(loader);
    }

    private static List<String> left(List<Thread> before) {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> !before.contains(thread.getKey()))
                .filter(thread -> !thread.getKey().getName().startsWith("surefire"))
                .filter(thread -> !thread.getKey().getName().equals("Common-Cleaner"))
                .filter(thread -> !thread.getKey().getName().startsWith("awaitility"))
                .map(thread -> thread.getKey() + " " + Arrays.toString(thread.getValue()))
                .toList();
    }

    private static List<Thread> threads() {
        return List.copyOf(Thread.getAllStackTraces().keySet());
    }

    /** Loads the store and Ignite itself, as their bundle does; the contract and the log come from outside. */
    private static final class Loader extends URLClassLoader {
        Loader() throws Exception {
            super(urls(), RestartTest.class.getClassLoader());
        }

        private static URL[] urls() throws Exception {
            List<URL> urls = new ArrayList<>();
            for (String element : System.getProperty("java.class.path").split(File.pathSeparator)) {
                urls.add(Path.of(element).toUri().toURL());
            }
            return urls.toArray(URL[]::new);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("org.apache.ignite.")
                    || name.startsWith("org.kochab.store.ignite.")
                    || name.startsWith("javax.cache.")) {
                synchronized (getClassLoadingLock(name)) {
                    Class<?> loaded = findLoadedClass(name);
                    return loaded == null ? findClass(name) : loaded;
                }
            }
            return super.loadClass(name, resolve);
        }
    }
}
