package org.kochab.plugins.internal.osgi;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.felix.utils.manifest.Clause;
import org.apache.felix.utils.manifest.Parser;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.jspecify.annotations.Nullable;
import org.kochab.plugins.internal.service.Commands;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/** Commands of Karaf's shell: those that the classes of a bundle declare, and whether the shell has them. */
final class ShellCommands implements Commands {
    private static final String HEADER = "Karaf-Commands";
    private static final String BELOW = ".*";

    private final AtomicReference<@Nullable SessionFactory> shell = new AtomicReference<>();

    void attach(SessionFactory factory) {
        shell.set(factory);
    }

    void detach(SessionFactory factory) {
        shell.compareAndSet(factory, null);
    }

    @Override
    public Found of(Bundle bundle) {
        List<String> present = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        SessionFactory now = shell.get();
        for (Command c : declared(bundle)) {
            boolean there = now != null && now.getRegistry().getCommand(c.scope(), c.name()) != null;
            (there ? present : missing).add(c.scope() + ":" + c.name());
        }
        return new Found(present, missing);
    }

    private static List<Command> declared(Bundle bundle) {
        String header = bundle.getHeaders("").get(HEADER);
        BundleWiring wiring = bundle.adapt(BundleWiring.class);
        if (header == null || wiring == null) {
            return List.of();
        }
        List<Command> commands = new ArrayList<>();
        for (Clause clause : Parser.parseHeader(header)) {
            boolean below = clause.getName().endsWith(BELOW);
            String name = below
                    ? clause.getName().substring(0, clause.getName().length() - BELOW.length())
                    : clause.getName();
            int options = BundleWiring.LISTRESOURCES_LOCAL | (below ? BundleWiring.LISTRESOURCES_RECURSE : 0);
            for (String file : wiring.listResources("/" + name.replace('.', '/'), "*.class", options)) {
                command(bundle, file, commands);
            }
        }
        return commands;
    }

    private static void command(Bundle bundle, String file, List<Command> to) {
        String name = file.substring(0, file.length() - ".class".length()).replace('/', '.');
        try {
            Class<?> type = bundle.loadClass(name);
            Command command = type.getAnnotation(Command.class);
            if (command != null && type.isAnnotationPresent(Service.class)) {
                to.add(command);
            }
        } catch (ClassNotFoundException | LinkageError e) {
            // Karaf leaves such a class out as well.
            return;
        }
    }
}
