package org.kochab.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.apache.karaf.features.BootFinished;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.Transaction;
import org.kochab.spi.store.PartitionStore;
import org.kochab.spi.store.StoreReport;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.util.tracker.ServiceTracker;

/** The store's bundle is stopped, started and updated in place: nothing of it stays behind, and nothing that was acknowledged is lost. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class StoreBundleIT {
    private static final int TIMES = 10;
    private static final long WAIT_MILLIS = 60_000;
    /** Less than idle threads of pools wait for work. */
    private static final long END_MILLIS = 5_000;

    private static final String TENANT_PARTITION =
            "(&(objectClass=" + Partition.class.getName() + ")(" + Partition.ID_PROPERTY + "=tp-1))";

    @Inject
    private BundleContext context;

    @Inject
    private BootFinished booted;

    @Configuration
    public Option[] configuration() {
        return Distribution.options();
    }

    @Test
    public void comesAndGoesWithoutATrace() throws Exception {
        Bundle store = bundle("org.kochab.store-ignite");
        ServiceTracker<Partition, Partition> partitions =
                new ServiceTracker<>(context, context.createFilter(TENANT_PARTITION), null);
        ServiceTracker<PartitionStore, PartitionStore> stores =
                new ServiceTracker<>(context, PartitionStore.class, null);
        partitions.open();
        stores.open();
        try {
            for (int i = 0; i < TIMES; i++) {
                Partition partition = partitions.waitForService(WAIT_MILLIS);
                assertTrue("tp-1 is not served in round " + i + ": " + reports(), partition != null);
                if (i > 0) {
                    assertEquals("round " + i, Integer.toString(i - 1), value(partition));
                }
                put(partition, Integer.toString(i));
                if (i % 2 == 0) {
                    stopAndLookAround(store);
                    store.start();
                } else {
                    update(store);
                }
                assertTrue("no store in round " + i, stores.waitForService(WAIT_MILLIS) != null);
            }
        } finally {
            partitions.close();
            stores.close();
        }
    }

    /** What the stores say of themselves. */
    private List<String> reports() throws InvalidSyntaxException {
        return context.getServiceReferences(StoreReport.class, null).stream()
                .map(reference -> context.getService(reference).health().toString())
                .collect(Collectors.toList());
    }

    private void stopAndLookAround(Bundle store) throws Exception {
        store.stop();
        // They have ended their work; each still has to end itself.
        List<Thread> threads = Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().contains("kochab-store-ignite")
                        || t.getName().contains("kochab-ignite"))
                .collect(Collectors.toList());
        for (Thread thread : threads) {
            thread.join(END_MILLIS);
        }
        assertEquals(
                "threads left behind",
                List.of(),
                threads.stream().filter(Thread::isAlive).map(Thread::getName).collect(Collectors.toList()));
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            List<String> files = descriptors
                    .map(StoreBundleIT::target)
                    .filter(f -> f.contains("/store/"))
                    .sorted()
                    .collect(Collectors.toList());
            assertEquals("files left open", List.of(), files);
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (java.io.IOException closedMeanwhile) {
            return "";
        }
    }

    private void update(Bundle store) throws Exception {
        // The distribution's own jar again: what matters is that the old one is thrown away and a new class loader
        // begins.
        String location = store.getLocation();
        try (InputStream jar = new java.net.URL(location).openStream()) {
            store.update(jar);
        } catch (BundleException e) {
            throw new AssertionError("update from " + location, e);
        }
    }

    private static void put(Partition partition, String value) throws Exception {
        CommitResult result = partition
                .submit(Transaction.put("itest/round", value.getBytes(StandardCharsets.UTF_8)))
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        assertTrue(result.toString(), result instanceof CommitResult.Committed);
    }

    private static String value(Partition partition) {
        return partition
                .get("itest/round")
                .map(e -> new String(e.value(), StandardCharsets.UTF_8))
                .orElse("nothing");
    }

    private Bundle bundle(String name) {
        return Arrays.stream(context.getBundles())
                .filter(b -> name.equals(b.getSymbolicName()))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not installed"));
    }
}
