package org.kochab.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** The edge distribution, and archives of it with another version, as updates fetch them. */
final class AgentArchive {
    static final String VERSION = System.getProperty("kochab.version");

    /** The directory that it is packed as. */
    static final String NAME = "kochab-edge-" + VERSION;

    private static final Path DISTRIBUTION = Path.of(System.getProperty("kochab.edge"));

    private AgentArchive() {}

    /** What is done to a distribution before it is packed. */
    interface Change {
        void make(Path home) throws IOException;
    }

    /** @return where the distribution is now */
    static Path unpack(Path directory) throws Exception {
        run("tar", "-xzf", DISTRIBUTION.toString(), "-C", directory.toString());
        return directory.resolve(NAME);
    }

    static Path pack(Path work, String version, Change change) throws Exception {
        Path place = Files.createDirectories(work.resolve("pack-" + version));
        Path home = unpack(place);
        Files.writeString(home.resolve("VERSION"), version + "\n");
        change.make(home);
        Path archive = work.resolve(version + ".tar.gz");
        run("tar", "-czf", archive.toString(), "-C", place.toString(), NAME);
        run("rm", "-rf", place.toString());
        return archive;
    }

    /** Then it runs processes only: what its podman would leave behind is nobody's. */
    static void removeContainers(Path home) throws IOException {
        remove(home, "runtime-oci");
    }

    /** Then it is no agent. */
    static void removeAgent(Path home) throws IOException {
        remove(home, "edge-agent");
    }

    private static void remove(Path home, String bundle) throws IOException {
        try (Stream<Path> bundles = Files.list(home.resolve("bundle"))) {
            List<Path> found = bundles.filter(b -> b.getFileName().toString().contains(bundle))
                    .toList();
            for (Path file : found) {
                Files.delete(file);
            }
        }
    }

    /** A line in front of what starts the agent. */
    static void first(Path home, String line) throws IOException {
        Path run = home.resolve("bin/run");
        Files.writeString(run, "#!/bin/sh\n" + line + "\n" + Files.readString(run));
    }

    static String digest(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor())
                .as(String.join(" ", command))
                .isZero();
    }
}
