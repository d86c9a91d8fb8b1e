package org.kochab.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;

/**
 * Manifests as the Kubernetes documentation has them, each with what is to become of it in comments at its head:
 * {@code # expect: KIND NAME JSONPATH => REGULAR EXPRESSION}, as {@code kubectl get} is asked.
 */
final class Manifests {
    private static final Pattern EXPECT = Pattern.compile("# expect: (.+) (\\S+) => (.*)");
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final List<Path> files;

    /** @param directory whose own files are meant, not those of directories in it */
    Manifests(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            files = all.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
        }
    }

    int count() {
        return files.size();
    }

    /** One after the other, as they are. */
    void apply(Kubectl kubectl) throws IOException, InterruptedException {
        for (Path file : files) {
            assertThat(kubectl.run("apply", "-f", file.toString()).lines())
                    .as("%s", file.getFileName())
                    .isNotEmpty()
                    .allMatch(l -> l.endsWith(" created"));
        }
    }

    /** Waits for each state that a manifest is to reach; the others go on meanwhile. */
    void await(Kubectl kubectl) throws IOException {
        List<Path> last = new ArrayList<>(files);
        // The first waits for the next minute.
        last.add(last.remove(0));
        for (Path file : last) {
            List<Matcher> expected = Files.readAllLines(file).stream()
                    .map(EXPECT::matcher)
                    .filter(Matcher::matches)
                    .toList();
            assertThat(expected)
                    .as("%s says what it is to become", file.getFileName())
                    .isNotEmpty();
            expected.forEach(e -> await(kubectl, file, e));
        }
    }

    private static void await(Kubectl kubectl, Path file, Matcher expected) {
        List<String> words = new ArrayList<>(List.of("get"));
        words.addAll(List.of(expected.group(1).split(" ")));
        words.addAll(List.of("-o", "jsonpath=" + expected.group(2)));
        String[] seen = {""};
        try {
            Installation.await(file.getFileName() + ": " + expected.group(), LIMIT, () -> {
                seen[0] = kubectl.ask(words.toArray(String[]::new));
                return seen[0].matches(expected.group(3));
            });
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            Assertions.fail(e.getMessage() + "; it is: " + seen[0]);
        }
    }
}
