package org.kochab.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.kochab.spi.device.DeviceProvider;
import org.kochab.spi.runtime.RuntimeDriver;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** A project of each kind does what its page says, in a control plane that serves; and nothing of it is left when it has gone. */
final class VendorRoundTrips {
    private static final String DEPLOYMENT =
            """
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: web, labels: {%s}}, spec: {replicas: 0,
              selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}},
              spec: {runtimeClassName: process, containers: [{name: main, command: [sleep, '86398']}]}}}}
            """;
    private static final String POD =
            """
            {apiVersion: v1, kind: Pod, metadata: {name: lone}, spec: {runtimeClassName: process, terminationGracePeriodSeconds: 0,
              containers: [{name: main, command: [sleep, '86398']}]}}
            """;
    private static final String EVENT =
            """
            {apiVersion: v1, kind: Event, metadata: {name: told}, involvedObject: {kind: Pod, name: web}, reason: Tried, message: told a sink}
            """;
    private static final String MY = "{apiVersion: acme.org/v1, kind: My, metadata: {name: mine}, spec: {size: 3}}";

    /** The operators' shell. */
    interface Shell {
        String say(String command) throws Exception;
    }

    private final BundleContext context;
    private final RoundTrip trip;
    private final Shell shell;

    VendorRoundTrips(BundleContext context, RoundTrip trip, Shell shell) {
        this.context = context;
        this.trip = trip;
        this.shell = shell;
    }

    void all(int mqttPort) throws Exception {
        trip.of(
                "shell",
                "my-shell:pods",
                () -> assertTrue(
                        shell.say("my-shell:pods"), shell.say("my-shell:pods").contains("Tenant default has no pods")));
        assertThrows(Exception.class, () -> shell.say("my-shell:pods"));
        trip.of(
                "device",
                DeviceProvider.class.getName(),
                () -> assertEquals(
                        "acme.org/my-device", service(DeviceProvider.class).resource()));
        trip.of(
                "runtime",
                RuntimeDriver.class.getName(),
                () -> assertTrue(service(RuntimeDriver.class).probe().ok()));
        trip.of("kind", "org.kochab.spi.kind.ResourceKind", this::kind);
        assertThrows(Exception.class, () -> shell.say("kochab:get mys"));
        trip.of("admission", "org.kochab.spi.admission.AdmissionValidator", this::admission);
        trip.of("controller", "org.kochab.spi.controller.Controller", this::controller);
        trip.of("sink", "org.kochab.spi.event.EventSink", this::sink);
        trip.of("store", "org.kochab.spi.store.PartitionStore", this::store);
        trip.of("scheduler", "org.kochab.spi.scheduler.Scheduler", this::scheduler);
        placement(mqttPort);
    }

    private <S> S service(Class<S> type) {
        ServiceReference<S> reference = context.getServiceReference(type);
        assertNotNull(reference);
        return context.getService(reference);
    }

    private void apply(String manifest) throws Exception {
        shell.say("kochab:apply " + Files.writeString(Files.createTempFile("vendor", ".yaml"), manifest));
    }

    /** What was just made may not be known yet: then the command fails. */
    private void await(String command, String answer) throws Exception {
        await(command, Pattern.compile(answer, Pattern.LITERAL));
    }

    private void await(String command, Pattern answer) throws Exception {
        RoundTrip.await(command + " says " + answer, () -> {
            try {
                return answer.matcher(shell.say(command)).find();
            } catch (Exception notYet) {
                return false;
            }
        });
    }

    private void kind() throws Exception {
        apply(MY);
        await("kochab:get mys", "mine");
        assertThrows(Exception.class, () -> apply(MY.replace("3", "0")));
        shell.say("kochab:delete mys mine --wait");
    }

    private void admission() throws Exception {
        Exception refused = assertThrows(Exception.class, () -> apply(DEPLOYMENT.formatted("")));
        assertTrue(refused.toString(), refused.toString().contains("has no label acme.org/my-admission; add one"));
        apply(DEPLOYMENT.formatted("acme.org/my-admission: 'yes'"));
        shell.say("kochab:delete deployment web --wait");
    }

    private void controller() throws Exception {
        apply(DEPLOYMENT.formatted("acme.org/my-controller: 'yes'"));
        await("kochab:get deployment web -o yaml", "acme.org/my-controller-since");
        shell.say("kochab:delete deployment web --wait");
    }

    private void sink() throws Exception {
        apply(EVENT);
        Path file = Path.of("data/my-sink.tsv");
        RoundTrip.await(
                "the event is in " + file,
                () -> Files.exists(file) && Files.readString(file).contains("Pod/web\tTried\ttold a sink"));
    }

    private void store() throws Exception {
        shell.say("kochab:store-migrate tp-1 --to my-store");
        apply(DEPLOYMENT.formatted(""));
        assertTrue(Files.exists(Path.of("data/my-store/tp-1.contents")));
        shell.say("kochab:store-migrate tp-1 --to ignite");
        await("kochab:get deployments", "web");
        shell.say("kochab:delete deployment web --wait");
    }

    private void scheduler() throws Exception {
        shell.say("kochab:scheduler-use tp-1 my-scheduler");
        apply(POD);
        // The partition goes over to it between two batches: the former one may have refused the pod before.
        await("kochab:pod-explain lone", Pattern.compile("my-scheduler\\s+not now\\s+there are no nodes"));
        shell.say("kochab:scheduler-use tp-1 spread");
        shell.say("kochab:delete pod lone --wait");
    }

    /** With a node of a shell script, which the filter keeps for somebody else. */
    private void placement(int mqttPort) throws Exception {
        Process node = node(mqttPort);
        try {
            shell.say("kochab:wait node plain --timeout 60s");
            trip.of("filter", "org.kochab.spi.scheduler.PlacementFilter", () -> {
                apply(POD);
                await(
                        "kochab:pod-explain lone",
                        "kept for another tenant than default by the label acme.org/my-filter");
            });
            await("kochab:pod-explain lone", "BOUND");
            shell.say("kochab:delete pod lone --wait");
            trip.of("scorer", "org.kochab.spi.scheduler.PlacementScorer", () -> {
                apply(POD);
                await("kochab:pod-explain lone", "BOUND");
                assertTrue(shell.say("kochab:plugin-list").contains("example.com/green-racks"));
                shell.say("kochab:delete pod lone --wait");
            });
        } finally {
            node.destroy();
            assertTrue(node.waitFor(60, TimeUnit.SECONDS));
        }
    }

    private static Process node(int mqttPort) throws IOException {
        Path script = Files.createTempFile("node", ".sh");
        Files.writeString(
                script,
                Files.readString(Path.of(System.getProperty("kochab.root"), "examples/shell-node/node.sh"))
                        .replace("\"example.org/shell\": \"true\"", "\"acme.org/my-filter\": \"other\""));
        return new ProcessBuilder("bash", script.toString(), "127.0.0.1", "" + mqttPort, "rm-1", "plain")
                .redirectErrorStream(true)
                .redirectOutput(new File(script + ".log"))
                .start();
    }
}
