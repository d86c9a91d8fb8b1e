package org.kochab.store.ignite.internal.grid;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.kochab.store.ignite.internal.core.Settings;

/** Small members. */
final class TestSettings {
    private TestSettings() {}

    static Settings of(Path directory, int port) {
        return new Settings(
                "ignite",
                "test",
                directory,
                "127.0.0.1",
                port,
                port + 1,
                List.of(),
                128,
                true,
                4,
                100,
                10_000,
                30,
                5_000,
                Optional.empty());
    }

    /** One of several members; number {@code index} from 0 has two ports from {@code port + 2 * index}. */
    static Settings member(Path directory, int port, int index, int members) {
        List<String> addresses = IntStream.range(0, members)
                .mapToObj(i -> "127.0.0.1:" + (port + 2 * i))
                .toList();
        int own = port + 2 * index;
        String name = String.valueOf((char) ('a' + index));
        return new Settings(
                "ignite",
                name,
                directory.resolve(name),
                "127.0.0.1",
                own,
                own + 1,
                addresses,
                64,
                true,
                4,
                100,
                10_000,
                120,
                3_000,
                identity(directory, name));
    }

    /** Members whose directory has a key store for them use it. */
    private static Optional<Settings.Identity> identity(Path directory, String name) {
        Path keyStore = directory.resolve(name + ".p12");
        return Files.exists(keyStore)
                ? Optional.of(new Settings.Identity(keyStore, directory.resolve("password")))
                : Optional.empty();
    }
}
