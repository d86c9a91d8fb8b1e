package org.kochab.api;

import aQute.bnd.differ.DiffPluginImpl;
import aQute.bnd.osgi.Jar;
import aQute.bnd.service.diff.Delta;
import aQute.bnd.service.diff.Diff;
import aQute.bnd.service.diff.Tree;
import aQute.bnd.service.diff.Type;
import aQute.bnd.version.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/**
 * What callers and implementers see of a bundle, as bnd's tree of packages, classes and members. As text it has a line for each element, indented below what it
 * belongs to: type, what adding and what removing it means for the version, name.
 */
record ApiSurface(Tree tree) {
    /** In the parts of a line. */
    private static final int NAME = 3;

    /** @param classes a directory of classes, or a jar */
    static ApiSurface of(Path classes) throws Exception {
        try (Jar jar = new Jar(classes.toFile())) {
            return new ApiSurface(new DiffPluginImpl().tree(jar).get("<api>"));
        }
    }

    static ApiSurface read(Path file) throws Exception {
        List<Parsed> roots = new ArrayList<>();
        Deque<Parsed> path = new ArrayDeque<>();
        for (String line : Files.readAllLines(file)) {
            int depth = line.length() - line.stripLeading().length();
            while (path.size() > depth) {
                path.pop();
            }
            Parsed parsed = Parsed.of(line.strip());
            (path.isEmpty() ? roots : path.peek().children).add(parsed);
            path.push(parsed);
        }
        if (roots.size() != 1) {
            throw new IOException(file + " does not have one root");
        }
        return new ApiSurface(new DiffPluginImpl().deserialize(roots.get(0).data()));
    }

    private record Parsed(String[] parts, List<Parsed> children) {
        static Parsed of(String line) {
            return new Parsed(line.split(" ", NAME + 1), new ArrayList<>());
        }

        Tree.Data data() {
            Tree.Data data = new Tree.Data();
            data.type = Type.valueOf(parts[0]);
            data.add = Delta.valueOf(parts[1]);
            data.rem = Delta.valueOf(parts[2]);
            data.name = parts[NAME];
            data.children = children.stream().map(Parsed::data).toArray(Tree.Data[]::new);
            return data;
        }
    }

    void write(Path file) throws IOException {
        StringBuilder text = new StringBuilder();
        write(tree.serialize(), "", text);
        Files.writeString(file, text);
    }

    private static void write(Tree.Data data, String indent, StringBuilder text) {
        text.append(indent)
                .append(data.type)
                .append(' ')
                .append(data.add)
                .append(' ')
                .append(data.rem)
                .append(' ')
                .append(data.name)
                .append('\n');
        if (data.children != null) {
            for (Tree.Data child : data.children) {
                write(child, indent + " ", text);
            }
        }
    }

    /** @return for each package whose version says less than what changed since {@code accepted}: what to do, and what changed */
    List<String> complaints(ApiSurface accepted) {
        List<String> complaints = new ArrayList<>();
        for (Diff changed : tree.diff(accepted.tree).getChildren()) {
            Delta delta = changed.getDelta();
            if (changed.getType() != Type.PACKAGE) {
                continue;
            }
            if (delta == Delta.ADDED) {
                complaints.add("package " + changed.getName()
                        + " is new: accept it with -Dapi.accept=true, so that a break of it is found from here on");
                continue;
            }
            if (delta == Delta.REMOVED) {
                complaints.add("package " + changed.getName() + " is gone: vendors compile against it");
                continue;
            }
            Version before = version(accepted.tree, changed.getName());
            Version least =
                    switch (delta) {
                        case MAJOR -> new Version(before.getMajor() + 1, 0, 0);
                        case MINOR -> new Version(before.getMajor(), before.getMinor() + 1, 0);
                        default -> before;
                    };
            if (version(tree, changed.getName()).compareTo(least) < 0) {
                complaints.add("package " + changed.getName() + " has a "
                        + delta.toString().toLowerCase(Locale.ROOT) + " change since " + before
                        + ": let @Version in its package-info.java be at least " + least + "\n"
                        + changes(changed, "  "));
            }
        }
        return complaints;
    }

    private static Version version(Tree tree, String name) {
        for (Tree element : tree.get(name).getChildren()) {
            if (element.getType() == Type.VERSION) {
                return new Version(element.getName());
            }
        }
        throw new IllegalArgumentException("package " + name + " has no @Version");
    }

    private static String changes(Diff diff, String indent) {
        StringBuilder text = new StringBuilder();
        for (Diff child : diff.getChildren()) {
            Delta delta = child.getDelta();
            if (delta == Delta.UNCHANGED || delta == Delta.IGNORED) {
                continue;
            }
            text.append(indent)
                    .append(delta)
                    .append(' ')
                    .append(child.getType())
                    .append(' ')
                    .append(child.getName())
                    .append('\n');
            if (delta != Delta.ADDED && delta != Delta.REMOVED) {
                text.append(changes(child, indent + "  "));
            }
        }
        return text.toString();
    }
}
