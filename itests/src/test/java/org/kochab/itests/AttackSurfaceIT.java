package org.kochab.itests;

import static org.junit.Assert.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Dictionary;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import javax.inject.Inject;
import org.apache.karaf.features.BootFinished;
import org.apache.karaf.shell.api.console.Command;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.service.cm.ConfigurationAdmin;

/** What the stock distribution opens to others: no password, no command without an access list. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class AttackSurfaceIT {
    private static final String ACL = "org.apache.karaf.command.acl.";

    @Inject
    private BundleContext context;

    /** Injected once all boot features are started. */
    @Inject
    private BootFinished booted;

    @Inject
    private SessionFactory sessions;

    @Inject
    private ConfigurationAdmin configurations;

    @Configuration
    public Option[] configuration() {
        return Distribution.options();
    }

    @Test
    public void everyBundleIsActive() {
        List<String> idle = new ArrayList<>();
        for (Bundle b : context.getBundles()) {
            boolean fragment = b.getHeaders().get(Constants.FRAGMENT_HOST) != null;
            if (b.getState() != (fragment ? Bundle.RESOLVED : Bundle.ACTIVE)) {
                idle.add(b.getSymbolicName() + " is in state " + b.getState());
            }
        }
        assertEquals(List.of(), idle);
    }

    @Test
    public void everyCommandHasAnAccessList() throws Exception {
        Set<String> open = new TreeSet<>();
        for (Command command : sessions.getRegistry().getCommands()) {
            String scope = command.getScope();
            if (scope.equals("*")) {
                // These only enter a scope or leave the shell.
                continue;
            }
            Dictionary<String, Object> acl =
                    configurations.getConfiguration(ACL + scope, null).getProperties();
            if (acl == null || !named(acl, command.getName())) {
                open.add(scope + ":" + command.getName());
            }
        }
        assertEquals("commands that no etc/" + ACL + "*.cfg names", Set.of(), open);
    }

    private static boolean named(Dictionary<String, Object> acl, String command) {
        return Collections.list(acl.keys()).stream()
                .anyMatch(k -> k.equals("*") || k.equals(command) || k.startsWith(command + "["));
    }

    /** With one, a connection can be forgotten, and all that follow: see {@code etc/custom.system.properties}. */
    @Test
    public void twoThreadsWaitForTheShellsConnections() {
        long threads = Thread.getAllStackTraces().values().stream()
                .filter(stack -> Arrays.stream(stack)
                        .anyMatch(frame -> frame.getClassName().equals("sun.nio.ch.EPollPort$EventHandlerTask")))
                .count();
        assertEquals(2, threads);
    }

    @Test
    public void nobodyHasAPassword() throws IOException {
        Properties users = new Properties();
        try (var in = Files.newInputStream(Path.of(System.getProperty("karaf.etc"), "users.properties"))) {
            users.load(in);
        }
        Set<String> names = new TreeSet<>(users.stringPropertyNames());
        names.removeIf(n -> n.startsWith("_g_"));
        assertEquals("users with a password", Set.of(), names);
        assertEquals("admin", System.getProperty("karaf.secured.command.compulsory.roles"));
    }
}
