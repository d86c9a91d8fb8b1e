package org.kochab.shell.internal.command;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Candidate;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.impl.action.command.ManagerImpl;
import org.apache.karaf.shell.impl.console.CommandsCompleter;
import org.apache.karaf.shell.impl.console.SessionFactoryImpl;
import org.apache.karaf.shell.support.parsing.CommandLineImpl;

/** Karaf's own shell with the commands of this bundle, without OSGi: lines are parsed and run as in a real session. */
final class Console implements AutoCloseable {
    private final ThreadIOImpl io = new ThreadIOImpl();
    private final SessionFactoryImpl factory = new SessionFactoryImpl(io);
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    final Session session;

    Console(Object... services) {
        io.start();
        for (Object s : services) {
            factory.getRegistry().register(s);
        }
        var manager = new ManagerImpl(factory.getRegistry(), factory.getRegistry(), true);
        commands().forEach(manager::register);
        var out = new PrintStream(written, true, StandardCharsets.UTF_8);
        session = factory.create(new ByteArrayInputStream(new byte[0]), out, out);
        session.put(Session.SCOPE, "kochab:*");
    }

    /** All classes of the bundle that Karaf would register. */
    static List<Class<?>> commands() {
        try {
            Path root = Path.of(KochabCommand.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            List<Class<?>> found = new ArrayList<>();
            try (Stream<Path> files = Files.walk(root)) {
                for (Path f : files.filter(p -> p.toString().endsWith(".class"))
                        .sorted()
                        .toList()) {
                    String name =
                            root.relativize(f).toString().replace('/', '.').replaceAll("\\.class$", "");
                    if (!name.endsWith("package-info") && Class.forName(name).isAnnotationPresent(Service.class)) {
                        found.add(Class.forName(name));
                    }
                }
            }
            return found;
        } catch (URISyntaxException | IOException | ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs a line; its output, without what an earlier line left. */
    String run(String line) throws Exception {
        written.reset();
        session.execute(line);
        return written.toString(StandardCharsets.UTF_8);
    }

    /** As {@link #run}, but however slow the machine is, everything is as young as can be. */
    String aged(String line) throws Exception {
        return run(line).replaceAll("\\b[0-9]s\\b", "0s");
    }

    /** What the tab key offers at the end of a line. */
    List<String> complete(String line) {
        List<String> words = new ArrayList<>(List.of(line.split(" ", -1)));
        var at = new CommandLineImpl(
                words.toArray(String[]::new),
                words.size() - 1,
                words.get(words.size() - 1).length(),
                line.length(),
                line);
        List<Candidate> candidates = new ArrayList<>();
        new CommandsCompleter(factory, session).completeCandidates(session, at, candidates);
        return candidates.stream().map(c -> c.value().strip()).toList();
    }

    /** What was printed before a failure. */
    String printed() {
        return written.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        session.close();
        io.stop();
    }
}
