package org.kochab.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceService;
import org.kochab.spi.admission.AdmissionValidator;
import org.kochab.spi.event.EventSink;
import java.io.File;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.inject.Inject;
import org.apache.karaf.features.BootFinished;
import org.apache.karaf.features.FeaturesService;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.kochab.api.plugin.PluginPackage;
import org.kochab.api.plugin.PluginPackages;
import org.kochab.api.plugin.PluginRequest;
import org.kochab.api.resource.ResourceException;
import org.kochab.spi.scheduler.PlacementScorer;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;

/** A vendor's jar is installed, tried and removed in the distribution, and nobody else notices. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class PluginInstallIT {
    private static final String JAR = "hello.scorer.jar";
    private static final String RULE_JAR = "hello.admission.jar";
    private static final String SINK_JAR = "hello.sink.jar";
    private static final String POD =
            "{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {containers: [{name: main, image: docker.io/web}]}}";
    private static final String EVENT =
            "{apiVersion: v1, kind: Event, metadata: {name: e}, involvedObject: {kind: Pod, name: web}, message: told a sink}";
    private static final String VERSION = "kochab.version";
    private static final String NAME = "org.kochab.example-hello-scorer";
    private static final int DISTURBING = BundleEvent.STOPPED | BundleEvent.UNRESOLVED | BundleEvent.UPDATED;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Inject
    private BundleContext context;

    @Inject
    private BootFinished booted;

    @Inject
    private FeaturesService features;

    @Inject
    private PluginPackages packages;

    @Inject
    private ResourceService resources;

    @Inject
    private Codec codec;

    @Configuration
    public Option[] configuration() {
        return Distribution.options(
                systemProperty(VERSION).value(System.getProperty(VERSION)),
                systemProperty(JAR).value(new File(System.getProperty("kochab.hello-scorer")).getAbsolutePath()),
                systemProperty(RULE_JAR)
                        .value(new File(System.getProperty("kochab.hello-admission")).getAbsolutePath()),
                systemProperty(SINK_JAR)
                        .value(new File(System.getProperty("kochab.hello-sink")).getAbsolutePath()));
    }

    @Test
    public void comesAndGoesWithoutDisturbingAnybody() throws Exception {
        List<String> disturbed = Collections.synchronizedList(new ArrayList<>());
        SynchronousBundleListener listener = event -> {
            if ((event.getType() & DISTURBING) != 0
                    && !event.getBundle().getLocation().startsWith("kochab-plugin:")) {
                disturbed.add(event.getBundle().getSymbolicName());
            }
        };
        context.addBundleListener(listener);
        try {
            PluginPackage installed =
                    packages.install(request(System.getProperty(JAR), LIMIT)).plugin();
            assertEquals(PluginPackage.State.ACTIVE, installed.state());
            assertEquals(List.of(PlacementScorer.class.getName()), installed.services());
            assertEquals(1, scorers());

            deploySomethingElse();
            assertEquals(installed, packages.get(NAME));
            assertEquals(1, scorers());

            ResourceException unwell = assertThrows(
                    ResourceException.class,
                    () -> packages.install(request(idleBundle().toString(), Duration.ofSeconds(3))));
            assertTrue(unwell.getMessage(), unwell.getMessage().contains("offers no service"));
            assertEquals(List.of(NAME), plugins());

            packages.remove(NAME);
            assertEquals(List.of(), plugins());
            assertEquals(0, scorers());
            assertEquals(List.of(), packages.list());
        } finally {
            context.removeBundleListener(listener);
        }
        assertEquals("bundles that were disturbed", List.of(), disturbed);
    }

    /** A rule refuses from the moment it is there until it is gone, and a sink gets what happened. */
    @Test
    public void rulesAndSinksTakePart() throws Exception {
        TenantId tenant = new TenantId("default");
        Resource pod = codec.manifest(POD.getBytes(StandardCharsets.UTF_8), Codec.UnknownFields.REFUSE)
                .resources()
                .get(0);
        Resource event = codec.manifest(EVENT.getBytes(StandardCharsets.UTF_8), Codec.UnknownFields.REFUSE)
                .resources()
                .get(0);
        awaitTenant(tenant);
        PluginPackage rule =
                packages.install(request(System.getProperty(RULE_JAR), LIMIT)).plugin();
        assertEquals(List.of(AdmissionValidator.class.getName()), rule.services());
        ResourceException refused =
                assertThrows(ResourceException.class, () -> resources.apply(tenant, pod));
        assertTrue(
                refused.getMessage(),
                refused.getMessage()
                        .contains("Pod 'web' is refused by validator 'example.com/own-registry' of "
                                + "org.kochab.example-hello-admission"));
        packages.remove(rule.name());
        resources.dryRun(tenant, pod);

        PluginPackage sink =
                packages.install(request(System.getProperty(SINK_JAR), LIMIT)).plugin();
        assertEquals(List.of(EventSink.class.getName()), sink.services());
        resources.create(tenant, event);
        Path file = Path.of(System.getProperty("karaf.data"), "events.jsonl");
        long end = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < end && !(Files.exists(file) && Files.readString(file).contains("told a sink"))) {
            LockSupport.parkNanos(50_000_000);
        }
        assertTrue(Files.readString(file), Files.readString(file).contains("told a sink"));
        packages.remove(sink.name());
    }

    @Test
    public void aPartOfThePlatformIsNoPlugin() {
        String shell = "mvn:org.kochab/kochab-shell/" + System.getProperty(VERSION);
        ResourceException refused =
                assertThrows(ResourceException.class, () -> packages.install(request(shell, LIMIT)));
        assertTrue(
                refused.getMessage(),
                refused.getMessage().contains("is called org.kochab.shell, and a bundle of that name is a part of"));
    }

    private void awaitTenant(TenantId tenant) {
        ResourceRef namespace = new ResourceRef(tenant, Kind.NAMESPACE, null, "default");
        long end = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < end) {
            try {
                if (resources.get(namespace).isPresent()) {
                    return;
                }
            } catch (ResourceException e) {
                // The member is still starting.
            }
            LockSupport.parkNanos(50_000_000);
        }
    }

    private static PluginRequest request(String source, Duration timeout) {
        return new PluginRequest(source, false, timeout);
    }

    private int scorers() throws Exception {
        return (int) context.getServiceReferences(PlacementScorer.class, null).stream()
                .filter(r -> r.getBundle().getSymbolicName().equals(NAME))
                .count();
    }

    private List<String> plugins() {
        List<String> names = new ArrayList<>();
        for (Bundle b : context.getBundles()) {
            if (b.getLocation().startsWith("kochab-plugin:")) {
                names.add(b.getSymbolicName());
            }
        }
        return names;
    }

    /** Karaf looks at all that is installed, as it does at each start. */
    private void deploySomethingElse() throws Exception {
        Path file = Files.createTempFile("other", "-features.xml");
        Files.writeString(
                file,
                "<features name='other' xmlns='http://karaf.apache.org/xmlns/features/v1.6.0'>"
                        + "<feature name='other' version='1.0'/></features>");
        URI repository = file.toUri();
        features.addRepository(repository);
        features.installFeature("other", EnumSet.noneOf(FeaturesService.Option.class));
        features.uninstallFeature("other", EnumSet.noneOf(FeaturesService.Option.class));
        features.removeRepository(repository);
    }

    private static Path idleBundle() throws Exception {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Bundle-ManifestVersion", "2");
        manifest.getMainAttributes().putValue("Bundle-SymbolicName", "com.acme.idle");
        Path file = Files.createTempFile("idle", ".jar");
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out, manifest)) {
            jar.finish();
        }
        return file;
    }
}
