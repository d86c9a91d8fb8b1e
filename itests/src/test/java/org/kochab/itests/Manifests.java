package org.kochab.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Manifests as the Kubernetes documentation has them, each with what is to become of it in comments at its head:
 * {@code # expect: KIND NAME {JSONPATH} => REGULAR EXPRESSION}.
 */
final class Manifests {
    private static final Pattern EXPECT = Pattern.compile("# expect: (\\S+) (\\S+) \\{(\\S+)} => (.*)");
    /** A dozen pods of containers start at the same time. */
    private static final Duration LIMIT = Duration.ofMinutes(4);

    /** A kubectl that starts takes half a second of a core that containers need to start: not one after the other. */
    private static final ConditionFactory LOOKS = Awaitility.with()
            .pollDelay(Duration.ZERO)
            .pollInterval(Duration.ofSeconds(2))
            .await()
            .atMost(LIMIT);

    private final List<Path> files;
    /** By kind: each kubectl takes its time, so one is asked for all objects of a kind. */
    private final Map<String, List<Expectation>> expected = new TreeMap<>();

    private record Expectation(Path file, String name, String path, String value) {
        String jsonpath() {
            return "{.items[?(@.metadata.name==\"" + name + "\")]" + path + "}{\"\\n\"}";
        }

        @Override
        public String toString() {
            return file.getFileName() + ": " + name + " " + path + " is to be " + value;
        }
    }

    /**
     * Those of a directory, but not of directories in it, some at a time.
     *
     * @param most how many at a time
     */
    static List<Manifests> of(Path directory, int most) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(directory)) {
            files = all.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
        }
        List<Manifests> parts = new ArrayList<>();
        for (int i = 0; i < files.size(); i += most) {
            parts.add(new Manifests(files.subList(i, Math.min(files.size(), i + most))));
        }
        return parts;
    }

    private Manifests(List<Path> files) throws IOException {
        this.files = files;
        for (Path file : files) {
            List<Matcher> said = Files.readAllLines(file).stream()
                    .map(EXPECT::matcher)
                    .filter(Matcher::matches)
                    .toList();
            assertThat(said).as("what %s is to become", file.getFileName()).isNotEmpty();
            for (Matcher m : said) {
                expected.computeIfAbsent(m.group(1), kind -> new ArrayList<>())
                        .add(new Expectation(file, m.group(2), m.group(3), m.group(4)));
            }
        }
    }

    int count() {
        return files.size();
    }

    /** One after the other, as they are. */
    void apply(Kubectl kubectl) throws IOException, InterruptedException {
        assertThat(kubectl.run(words("apply")).lines())
                .hasSizeGreaterThanOrEqualTo(files.size())
                .allMatch(l -> l.endsWith(" created"));
    }

    /** Returns when all are gone. A namespace may take what is in it along before it is its turn. */
    void delete(Kubectl kubectl) throws IOException, InterruptedException {
        kubectl.run(words("delete", "--ignore-not-found"));
    }

    private String[] words(String... verb) {
        List<String> words = new ArrayList<>(List.of(verb));
        files.forEach(f -> words.addAll(List.of("-f", f.toString())));
        return words.toArray(String[]::new);
    }

    /** Waits for each state that a manifest is to reach; the others go on meanwhile. */
    void await(Kubectl kubectl) {
        expected.forEach((kind, all) -> {
            List<Expectation> missing = new ArrayList<>(all);
            List<String> seen = new ArrayList<>();
            try {
                LOOKS.alias(kind).until(() -> {
                    seen.clear();
                    seen.addAll(look(kubectl, kind, missing));
                    for (int i = missing.size() - 1; i >= 0; i--) {
                        if (seen.get(i).matches(missing.get(i).value)) {
                            missing.remove(i);
                            seen.remove(i);
                        }
                    }
                    return missing.isEmpty();
                });
            } catch (ConditionTimeoutException e) {
                throw new AssertionError(missing + " but is " + seen, e);
            }
        });
    }

    private static List<String> look(Kubectl kubectl, String kind, List<Expectation> of) throws Exception {
        StringBuilder paths = new StringBuilder("jsonpath=");
        of.forEach(e -> paths.append(e.jsonpath()));
        String[] lines = kubectl.run("get", kind, "-A", "-o", paths.toString()).split("\n", -1);
        assertThat(lines).hasSize(of.size() + 1);
        return List.of(lines).subList(0, of.size());
    }
}
