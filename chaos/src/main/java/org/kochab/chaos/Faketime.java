package org.kochab.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** A process with a time of day of its own, by libfaketime; its monotonic clock stays the machine's. */
public final class Faketime {
    private Faketime() {}

    /**
     * What a process needs in its environment, besides the time itself.
     *
     * @throws IOException if libfaketime is not installed
     */
    public static Map<String, String> environment() throws IOException {
        Path library;
        try (Stream<Path> found =
                Files.find(Path.of("/usr/lib"), 3, (f, a) -> f.endsWith("faketime/libfaketime.so.1"))) {
            library = found.findFirst()
                    .orElseThrow(() -> new IOException("libfaketime is missing: apt-get install faketime"));
        }
        return Map.of(
                "LD_PRELOAD",
                library.toString(),
                "FAKETIME_DONT_FAKE_MONOTONIC",
                "1",
                // Else every timed wait of a JVM, which is by the monotonic clock, ends at once.
                "FAKETIME_FORCE_MONOTONIC_FIX",
                "0");
    }
}
