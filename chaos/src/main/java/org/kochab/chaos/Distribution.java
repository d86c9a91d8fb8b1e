package org.kochab.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A freshly unpacked control-plane distribution. */
final class Distribution {
    private static final String FEATURES = "etc/org.apache.karaf.features.cfg";

    private Distribution() {}

    /**
     * Lets it boot the load's feature, too.
     *
     * @param loadBundle the jar of kochab-chaos-load
     * @param version its version
     */
    static void addLoad(Path home, Path loadBundle, String version) throws IOException {
        Path target = home.resolve("system/org/kochab/kochab-chaos-load/" + version);
        Files.createDirectories(target);
        Files.copy(loadBundle, target.resolve("kochab-chaos-load-" + version + ".jar"));
        List<String> features = new ArrayList<>();
        boolean added = false;
        for (String line : Files.readAllLines(home.resolve(FEATURES))) {
            boolean boot = line.contains("kochab-control-plane")
                    && !line.stripLeading().startsWith("#");
            added |= boot;
            features.add(boot ? line.replaceFirst("kochab-control-plane(/[^,)\\s]*)?", "$0, kochab-chaos") : line);
        }
        if (!added) {
            throw new IOException(home.resolve(FEATURES) + " does not boot kochab-control-plane: is it a control-plane"
                    + " distribution?");
        }
        Files.write(home.resolve(FEATURES), features);
    }
}
