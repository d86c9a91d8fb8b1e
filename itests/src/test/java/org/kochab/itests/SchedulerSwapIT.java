package org.kochab.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;
import static org.ops4j.pax.exam.CoreOptions.vmOption;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.editConfigurationFilePut;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.inject.Inject;
import org.apache.karaf.features.BootFinished;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.kochab.api.model.Kind;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourcePage;
import org.kochab.api.resource.ResourceService;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;

/** {@code ./kochab chaos scheduler-swap} in small: schedulers and their bundles are swapped while pods pour in; every pod is placed once, and nothing of a bundle is left. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class SchedulerSwapIT {
    private static final String LOAD = "chaos.load.jar";
    private static final String ENGINE = "chaos.scheduler.jar";
    private static final int NODES = 10;
    private static final int IDLE = 500;
    private static final int PODS = 3_000;
    private static final int SWAPS = 60;
    private static final long LIMIT_NANOS = TimeUnit.MINUTES.toNanos(5);

    @Inject
    private BundleContext context;

    @Inject
    private BootFinished booted;

    @Inject
    private ConfigurationAdmin configurations;

    @Inject
    private ResourceService resources;

    @Configuration
    public Option[] configuration() {
        // The nodes of this test are only announced, they send no heartbeats.
        return Distribution.options(
                // Soft references end with the next collection, not after minutes.
                vmOption("-XX:SoftRefLRUPolicyMSPerMB=0"),
                systemProperty(LOAD).value(url("kochab.chaos-load")),
                systemProperty(ENGINE).value(url("kochab.chaos-scheduler")),
                editConfigurationFilePut("etc/org.kochab.rm.cfg", "lease.notready.seconds", "3600"),
                editConfigurationFilePut("etc/org.kochab.rm.cfg", "lease.lost.seconds", "7200"));
    }

    private static String url(String jar) {
        return new File(System.getProperty(jar)).getAbsoluteFile().toURI().toString();
    }

    @Test
    public void placesEveryPodOnceAndLeavesNoClassLoader() throws Exception {
        // A birth before the manager listens is heard by nobody: as a device would, the node repeats it until it is
        // known.
        for (int i = 0; i < NODES; i++) {
            int known = i + 1;
            until("node " + i, () -> {
                announce("hollow-" + (known - 1));
                return nodes() == known;
            });
        }
        Path directory = Files.createTempDirectory("kochab-swaps");
        Dictionary<String, Object> plan = new Hashtable<>();
        plan.put("directory", directory.toString());
        plan.put("engine", System.getProperty(ENGINE));
        plan.put("nodes", NODES);
        plan.put("idle", IDLE);
        plan.put("pods", PODS);
        plan.put("swaps", SWAPS);
        plan.put("pace", 1_000);
        plan.put("running", false);
        plan.put("seed", 1L);
        configurations.getConfiguration("org.kochab.chaos.swap", null).update(plan);
        context.installBundle(System.getProperty(LOAD)).start();

        Path result = directory.resolve("result.json");
        until("the result", () -> Files.exists(result));

        assertEquals(List.of(), Files.readAllLines(directory.resolve("findings.txt")));
        String figures = Files.readString(result);
        assertTrue(figures, figures.contains("\"swaps\":" + SWAPS + ","));
        assertTrue(figures, figures.contains("\"placed_once\":" + (2 * IDLE + PODS) + ","));
        assertTrue(figures, figures.contains("\"loaders_left\":0,"));
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

    private int nodes() {
        ResourcePage page = resources.list(TenantId.SYSTEM, Kind.NODE, Query.namespace(null));
        assertEquals(Optional.empty(), page.next());
        return page.items().size();
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
