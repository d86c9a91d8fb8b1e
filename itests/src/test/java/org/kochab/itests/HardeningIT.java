package org.kochab.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.inject.Inject;
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

/** What the stock distribution opens to others: nothing but loopback, no password, no command without an access list. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class HardeningIT {
    private static final String ACL = "org.apache.karaf.command.acl.";
    private static final String LISTENING = "0A";

    @Inject
    private BundleContext context;

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

    @Test
    public void listensOnLoopbackOnly() throws IOException {
        Set<String> own = new HashSet<>();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            for (Path d : (Iterable<Path>) descriptors::iterator) {
                try {
                    String target = Files.readSymbolicLink(d).toString();
                    if (target.startsWith("socket:[")) {
                        own.add(target.substring("socket:[".length(), target.length() - 1));
                    }
                } catch (IOException closedMeanwhile) {
                    // It is not one of the sockets that stay open.
                    continue;
                }
            }
        }
        List<String> listening = new ArrayList<>();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6", "/proc/net/udp", "/proc/net/udp6")) {
            for (String line : Files.readAllLines(Path.of(table))) {
                String[] f = line.trim().split("\\s+");
                if (f.length > 9 && own.contains(f[9]) && (f[3].equals(LISTENING) || table.contains("udp"))) {
                    listening.add(f[1].substring(0, f[1].indexOf(':')));
                }
            }
        }
        assertFalse("nothing listens: this test looks in the wrong place", listening.isEmpty());
        listening.removeIf(a -> a.equals("0100007F")
                || a.equals("0000000000000000FFFF00000100007F")
                || a.equals("00000000000000000000000001000000"));
        assertEquals("sockets that others can reach", List.of(), listening);
    }

    @Test
    public void nobodyHasAPassword() throws IOException {
        Properties users = new Properties();
        try (var in = Files.newInputStream(Path.of(System.getProperty("karaf.etc"), "users.properties"))) {
            users.load(in);
        }
        assertThat(users.stringPropertyNames())
                .filteredOn(n -> !n.startsWith("_g_"))
                .isEmpty();
        assertThat(System.getProperty("karaf.secured.command.compulsory.roles")).isEqualTo("admin");
    }
}
