package org.kochab.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.editConfigurationFilePut;

import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.inject.Inject;
import org.apache.karaf.features.BootFinished;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.node.Claim;
import org.kochab.api.node.NodeKeys;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourcePage;
import org.kochab.api.resource.ResourceService;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;

/** Schedulers are switched, and their bundle updated, while pods pour in: every pod is placed once, none is lost. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class SchedulerSwapIT {
    private static final TenantId TENANT = new TenantId("default");
    private static final PartitionId PARTITION = new PartitionId("tp-1");
    private static final int NODES = 10;
    private static final int CHUNKS = 50;
    private static final int CHUNK = 100;
    private static final int UPDATES = 10;
    private static final long LIMIT_NANOS = TimeUnit.MINUTES.toNanos(5);

    @Inject
    private BundleContext context;

    @Inject
    private BootFinished booted;

    @Inject
    private ConfigurationAdmin configurations;

    @Inject
    private Codec codec;

    @Inject
    private PartitionService partitions;

    @Inject
    private ResourceService resources;

    @Configuration
    public Option[] configuration() {
        // The nodes of this test are only announced, they send no heartbeats.
        return Distribution.options(
                editConfigurationFilePut("etc/org.kochab.rm.cfg", "lease.notready.seconds", "3600"),
                editConfigurationFilePut("etc/org.kochab.rm.cfg", "lease.lost.seconds", "7200"));
    }

    @Test
    public void placesEveryPodOnce() throws Exception {
        // A birth before the manager listens is heard by nobody: as a device would, the node repeats it until it is
        // known.
        for (int i = 0; i < NODES; i++) {
            int known = i + 1;
            until("node " + i, () -> {
                announce("hollow-" + (known - 1));
                return list(TenantId.SYSTEM, Kind.NODE).size() == known;
            });
        }
        Bundle scheduler = Arrays.stream(context.getBundles())
                .filter(b -> "org.kochab.scheduler".equals(b.getSymbolicName()))
                .findFirst()
                .orElseThrow();

        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            submit(chunk);
            partitions
                    .useScheduler(PARTITION, chunk % 2 == 0 ? "binpack" : "spread")
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS);
            if (chunk % (CHUNKS / UPDATES) == 0) {
                try (InputStream jar = new URL(scheduler.getLocation()).openStream()) {
                    scheduler.update(jar);
                }
            }
        }

        until("all pods placed", () -> pods().stream().allMatch(p -> p.spec().nodeName() != null));
        List<Pod> pods = pods();
        Map<String, String> claims = claims();
        assertEquals(CHUNKS * CHUNK, pods.size());
        assertEquals(CHUNKS * CHUNK, claims.size());
        List<String> astray = pods.stream()
                .filter(p -> !p.spec().nodeName().equals(claims.get(p.metadata().uid())))
                .map(p -> p.metadata().name() + " is bound to " + p.spec().nodeName() + " and claimed on "
                        + claims.get(p.metadata().uid()))
                .collect(Collectors.toList());
        assertEquals(List.of(), astray);
    }

    private void announce(String node) throws Exception {
        String port = String.valueOf(configurations
                .getConfiguration("org.kochab.mqtt.broker", null)
                .getProperties()
                .get("port"));
        String birth =
                "{\"bootId\":\"b\",\"birth\":1,\"capacity\":{\"cpu\":\"64\",\"memory\":\"64Gi\",\"pods\":\"2000\"},"
                        + "\"runtimes\":[{\"kind\":\"process\",\"ok\":true}]}";
        Process publisher = new ProcessBuilder(
                        "mosquitto_pub",
                        "-h",
                        "127.0.0.1",
                        "-p",
                        port,
                        "-q",
                        "1",
                        "-t",
                        "kochab/1/rm-1/" + node + "/up/birth",
                        "-m",
                        birth)
                .inheritIO()
                .start();
        assertTrue("mosquitto_pub hangs", publisher.waitFor(30, TimeUnit.SECONDS));
        assertEquals("mosquitto_pub", 0, publisher.exitValue());
    }

    private void submit(int chunk) {
        StringBuilder manifest = new StringBuilder();
        for (int i = 0; i < CHUNK; i++) {
            manifest.append("---\napiVersion: v1\nkind: Pod\nmetadata: {name: p-")
                    .append(chunk)
                    .append('-')
                    .append(i)
                    .append(", namespace: default}\nspec:\n  runtimeClassName: process\n  containers:\n")
                    .append("  - {name: c, command: [sleep, '1'], resources: {requests: {cpu: 1m, memory: 1Mi}}}\n");
        }
        List<Resource> pods = codec.manifest(
                        manifest.toString().getBytes(StandardCharsets.UTF_8), Codec.UnknownFields.REFUSE)
                .resources();
        for (ResourceService.Outcome outcome : resources.createAll(TENANT, pods)) {
            assertTrue(outcome.toString(), outcome instanceof ResourceService.Outcome.Stored);
        }
    }

    private List<Pod> pods() {
        return list(TENANT, Kind.POD).stream().map(Pod.class::cast).collect(Collectors.toList());
    }

    private List<Resource> list(TenantId tenant, Kind kind) {
        ResourcePage page = resources.list(tenant, kind, Query.namespace(null));
        assertEquals(Optional.empty(), page.next());
        return page.items();
    }

    private Map<String, String> claims() throws Exception {
        Partition manager = partitions.partition(new PartitionId("rm-1")).orElseThrow();
        Map<String, String> nodes = new HashMap<>();
        List<String> twice = new ArrayList<>();
        ListPage page = manager.list(NodeKeys.CLAIMS, 10_000);
        page.entries().forEach(e -> {
            Claim claim = codec.decode(e.value(), Claim.class);
            if (nodes.put(claim.podUid(), claim.node()) != null) {
                twice.add(claim.pod());
            }
        });
        assertEquals("pods with two claims", List.of(), twice);
        return nodes;
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void until(String what, Condition condition) throws Exception {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        while (!condition.holds()) {
            assertTrue("waited too long for: " + what, System.nanoTime() < deadline);
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }
}
