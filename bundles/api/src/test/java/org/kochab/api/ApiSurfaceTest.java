package org.kochab.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The versions of the exported packages tell the truth: what was accepted last is in {@code api-surface.txt}. {@code mvn -pl bundles/api package
 * -Dapi.accept=true} accepts what is there now; that is done with a release.
 */
class ApiSurfaceTest {
    private static final Path CLASSES = Path.of("target", "classes");
    private static final Path ACCEPTED = Path.of("api-surface.txt");

    @TempDir
    Path folder;

    @Test
    void versionsSayWhatChanged() throws Exception {
        ApiSurface now = ApiSurface.of(CLASSES);
        if (Boolean.getBoolean("api.accept")) {
            now.write(ACCEPTED);
        }
        assertThat(now.complaints(ApiSurface.read(ACCEPTED))).isEmpty();
    }

    @Test
    void whatIsWrittenIsRead() throws Exception {
        ApiSurface now = ApiSurface.of(CLASSES);
        Path file = folder.resolve("surface");
        now.write(file);
        assertThat(now.complaints(ApiSurface.read(file))).isEmpty();
        assertThat(ApiSurface.read(file).complaints(now)).isEmpty();
    }

    /** A type that vendors only call: a method more is a small change, one less is a break. */
    @Test
    void aChangeWithoutAVersionIsFound() throws Exception {
        ApiSurface now = ApiSurface.of(CLASSES);
        ApiSurface less = without(now, "   METHOD MINOR MAJOR manager(org.kochab.api.partition.PartitionId)");

        assertThat(now.complaints(less))
                .singleElement()
                .asString()
                .matches(
                        "(?s)package org.kochab.api.node has a minor change .* at least [1-9]\\.[1-9][0-9]*\\.0\n.*manager\\(.*");
        assertThat(less.complaints(now))
                .singleElement()
                .asString()
                .matches(
                        "(?s)package org.kochab.api.node has a major change .* at least [2-9]\\.0\\.0\n.*manager\\(.*");
    }

    @Test
    void aPackageThatNobodyAcceptedIsFound() throws Exception {
        ApiSurface now = ApiSurface.of(CLASSES);
        ApiSurface less = without(now, " PACKAGE MINOR MAJOR org.kochab.spi.event");

        assertThat(now.complaints(less))
                .singleElement()
                .asString()
                .startsWith("package org.kochab.spi.event is new: accept it with -Dapi.accept=true");
        assertThat(less.complaints(now))
                .containsExactly("package org.kochab.spi.event is gone: vendors compile against it");
    }

    /** The surface without a line and all that is below it, which is indented further. */
    private ApiSurface without(ApiSurface surface, String line) throws Exception {
        Path file = folder.resolve("surface");
        surface.write(file);
        List<String> lines = Files.readAllLines(file);
        int at = lines.indexOf(line);
        assertThat(at).isPositive();
        String below = " ".repeat(line.length() - line.stripLeading().length() + 1);
        int end = at + 1;
        while (lines.get(end).startsWith(below)) {
            end++;
        }
        lines.subList(at, end).clear();
        Files.write(file, lines);
        return ApiSurface.read(file);
    }
}
