package org.kochab.store.ignite.internal.grid;

import java.nio.file.Path;
import java.util.List;
import org.kochab.store.ignite.internal.core.Settings;

/** A small single member. */
final class TestSettings {
    private TestSettings() {}

    static Settings of(Path directory, int port) {
        return new Settings(
                "ignite", "test", directory, "127.0.0.1", port, port + 1, List.of(), 128, true, 4, 100, 10_000, 30);
    }
}
