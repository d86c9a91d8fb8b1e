package org.kochab.devices.sysfs.internal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.kochab.spi.device.Device;

/** What kinds of devices are looked for, and how they are told from what only looks like them. */
public enum Kind {
    /** Serial ports with hardware behind them, but those that the kernel's console uses. */
    SERIAL {
        @Override
        List<Found> find(Tree tree) {
            SortedSet<String> consoles =
                    new TreeSet<>(List.of(Tree.read(tree.sys().resolve("class/tty/console/active"))
                            .orElse("")
                            .split(" ")));
            List<Found> found = new ArrayList<>();
            for (Path entry : tree.ofClass("tty")) {
                // Where a driver of PC ports found no port, the type is 0.
                boolean port = !Tree.read(entry.resolve("type")).orElse("").equals("0");
                if (port && !consoles.contains(nameOf(entry))) {
                    found.add(found(tree, entry, List.of(tree.dev().resolve(nameOf(entry)))));
                }
            }
            return found;
        }
    },

    /** Video devices; of a camera with several, the first. */
    CAMERA {
        @Override
        List<Found> find(Tree tree) {
            List<Found> found = new ArrayList<>();
            for (Path entry : tree.ofClass("video4linux")) {
                boolean first = Tree.read(entry.resolve("index")).orElse("0").equals("0");
                if (first && nameOf(entry).startsWith("video")) {
                    found.add(found(tree, entry, List.of(tree.dev().resolve(nameOf(entry)))));
                }
            }
            return found;
        }
    },

    /** Graphics cards: the node for rendering, if there is one, and the card's own. */
    GPU {
        private static final Pattern CARD = Pattern.compile("card[0-9]+");

        @Override
        List<Found> find(Tree tree) {
            List<Found> found = new ArrayList<>();
            for (Path entry : tree.ofClass("drm")) {
                if (CARD.matcher(nameOf(entry)).matches()) {
                    List<Path> nodes = new ArrayList<>();
                    Path directory = tree.dev().resolve("dri");
                    Tree.list(entry.resolve("device/drm")).stream()
                            .map(Kind::nameOf)
                            .filter(name -> name.startsWith("renderD"))
                            .forEach(name -> nodes.add(directory.resolve(name)));
                    nodes.add(directory.resolve(nameOf(entry)));
                    found.add(found(tree, entry, nodes));
                }
            }
            return found;
        }
    };

    /**
     * A device that is there.
     *
     * @param nodes the first is the one that programs are told
     */
    record Found(Device device, List<Path> nodes) {}

    /** @return those that are there now, in the order of their names */
    abstract List<Found> find(Tree tree);

    /** Name of the variable that says a task's devices. */
    String variable() {
        return "KOCHAB_" + name();
    }

    /** The resource that they are offered as unless another is configured. */
    public String resource() {
        return "kochab.org/" + name().toLowerCase(Locale.ROOT);
    }

    private static String nameOf(Path path) {
        return path.getFileName().toString();
    }

    private static Found found(Tree tree, Path entry, List<Path> nodes) {
        String fault = nodes.stream()
                .filter(node -> !Files.exists(node))
                .findFirst()
                .map(node -> node + " is missing")
                .orElse(null);
        return new Found(new Device(nameOf(entry), fault, tree.attributes(entry), tree.numaNode(entry)), nodes);
    }
}
