package org.kochab.itests;

import static org.junit.Assert.assertTrue;

import java.io.File;
import java.nio.file.Path;

/** What {@code archetypes/plugin} has built before: a vendor's project of each kind, with nothing of Kochab but what is published. */
final class VendorProjects {
    /** Of {@code archetypes/plugin/target}. */
    static final String PROPERTY = "kochab.projects";

    private VendorProjects() {}

    static String directory() {
        return new File(System.getProperty(PROPERTY)).getAbsolutePath();
    }

    /** The project of that kind's jar; the scorer is the one that the first hour's page makes. */
    static Path jar(String kind) {
        return kind.equals("scorer")
                ? built(home().resolve("green-racks"))
                : built(Path.of(directory(), "test-classes/projects", kind, "project/my-" + kind));
    }

    /** The home directory of the vendor who has followed the page. */
    static Path home() {
        return Path.of(directory(), "first-hour");
    }

    private static Path built(Path project) {
        Path jar = project.resolve("target").resolve(project.getFileName() + "-1.0.0-SNAPSHOT.jar");
        assertTrue(
                jar + " is missing: mvn -pl archetypes/plugin verify makes it",
                jar.toFile().isFile());
        return jar;
    }
}
