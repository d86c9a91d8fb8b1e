package org.kochab.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;
import static org.ops4j.pax.exam.CoreOptions.vmOption;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivilegedExceptionAction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.inject.Inject;
import javax.security.auth.Subject;
import org.apache.karaf.features.BootFinished;
import org.apache.karaf.features.FeaturesService;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.kochab.api.plugin.PluginPackage;
import org.kochab.api.plugin.PluginPackages;
import org.kochab.api.plugin.PluginRequest;
import org.kochab.api.resource.ResourceException;
import org.kochab.spi.admission.AdmissionValidator;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.event.EventSink;
import org.kochab.spi.kind.ResourceKind;
import org.kochab.spi.scheduler.BindHook;
import org.kochab.spi.scheduler.PlacementOrder;
import org.kochab.spi.scheduler.PlacementScorer;
import org.kochab.spi.volume.VolumeProvisioner;
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
    private static final String VERSION = "kochab.version";
    private static final String NAME = "org.kochab.example-hello-scorer";
    private static final String CLASS = "com.example.energy.GreenEnergyScorer";
    private static final int DISTURBING = BundleEvent.STOPPED | BundleEvent.UNRESOLVED | BundleEvent.UPDATED;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Inject
    private BundleContext context;

    @Inject
    private BootFinished booted;

    @Inject
    private PluginPackages packages;

    @Inject
    private SessionFactory shell;

    @Configuration
    public Option[] configuration() {
        return Distribution.options(
                // Soft references end with the next collection, not after a time.
                vmOption("-XX:SoftRefLRUPolicyMSPerMB=0"),
                Examples.options(),
                systemProperty(VendorProjects.PROPERTY).value(VendorProjects.directory()),
                systemProperty("kochab.root").value(new File(System.getProperty("kochab.root")).getAbsolutePath()));
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
            PluginPackage installed = packages.install(example("hello-scorer")).plugin();
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

    /** What {@code ./kochab chaos plugins} does with many, for longer. */
    @Test
    public void leavesNoClassLoaderBehind() throws Exception {
        for (int round = 1; round <= 2; round++) {
            packages.install(example("hello-scorer"));
            WeakReference<ClassLoader> loader = loader();
            packages.remove(NAME);
            assertTrue(
                    "round " + round + ": the class loader of a removed plugin stays", RoundTrip.isCollected(loader));
        }
    }

    private WeakReference<ClassLoader> loader() throws Exception {
        for (Bundle b : context.getBundles()) {
            if (b.getSymbolicName().equals(NAME)) {
                return new WeakReference<>(b.loadClass(CLASS).getClassLoader());
            }
        }
        throw new AssertionError("it is not installed");
    }

    @Test
    public void aPackOfCommandsIsAPluginToo() throws Exception {
        PluginPackage installed = packages.install(example("hello-shell")).plugin();
        assertEquals(PluginPackage.State.ACTIVE, installed.state());
        assertEquals(List.of("fleet:busiest"), installed.services());
        asOperator("kochab:wait tenant default --timeout 60s");
        String said = asOperator("fleet:busiest");
        assertTrue(said, said.contains("No pod of tenant default has a node"));
        packages.remove(installed.name());
        assertEquals(List.of(), packages.list());
        assertNull(shell.getRegistry().getCommand("fleet", "busiest"));
    }

    @Test
    public void theOtherExamplesComeAndGo() throws Exception {
        RoundTrip trip = trip();
        trip.of(Examples.jar("hello-admission"), AdmissionValidator.class);
        trip.of(Examples.jar("hello-gang"), BindHook.class, PlacementOrder.class);
        trip.of(Examples.jar("hello-kind"), Controller.class, ResourceKind.class);
        trip.of(Examples.jar("hello-sink"), EventSink.class);
        trip.of(Examples.jar("hello-volume"), VolumeProvisioner.class);
    }

    /** The projects that {@code ./kochab new} makes. */
    @Test
    public void aProjectOfEachKindComesWorksAndGoes() throws Exception {
        int mqtt = Integer.parseInt(System.getProperty(Distribution.MQTT_PORT));
        new VendorRoundTrips(context, trip(), this::asOperator).all(mqtt);
    }

    private RoundTrip trip() throws Exception {
        asOperator("kochab:wait tenant default --timeout 60s");
        return new RoundTrip(context, packages);
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

    private String asOperator(String command) throws Exception {
        Subject operator = new Subject(
                true,
                Set.of(new RolePrincipal("admin"), new RolePrincipal("manager"), new RolePrincipal("viewer")),
                Set.of(),
                Set.of());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PrintStream print = new PrintStream(out, false, StandardCharsets.UTF_8);
                Session session = shell.create(InputStream.nullInputStream(), print, print)) {
            Subject.doAs(operator, (PrivilegedExceptionAction<Object>) () -> session.execute(command));
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static PluginRequest example(String name) {
        return request(Examples.jar(name).getPath(), LIMIT);
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
        Features.change(context, features -> {
            features.addRepository(repository);
            features.installFeature("other", EnumSet.noneOf(FeaturesService.Option.class));
            features.uninstallFeature("other", EnumSet.noneOf(FeaturesService.Option.class));
            features.removeRepository(repository);
        });
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
