package org.kochab.shell.internal.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kochab.api.plugin.PluginPackage;
import org.kochab.api.plugin.PluginPackages;
import org.kochab.api.plugin.PluginRequest;
import org.kochab.api.plugin.PluginRollout;
import org.kochab.api.resource.ResourceException;
import org.kochab.codec.JacksonCodec;

class PluginCommandsTest {
    private static final String DIGEST = "0123456789abcdef".repeat(4);

    private final List<Object> asked = new ArrayList<>();
    private final Console console = new Console(new JacksonCodec(), new Known());

    @AfterEach
    void close() {
        console.close();
    }

    private final class Known implements PluginPackages {
        private final PluginPackage cheap = new PluginPackage(
                "com.acme.cheap",
                "1.0.0",
                "/tmp/cheap.jar",
                DIGEST,
                "CN=acme",
                false,
                Instant.parse("2026-01-01T00:00:00Z"),
                PluginPackage.State.FAILED,
                "bundle com.acme.cheap is RESOLVED",
                List.of(new PluginPackage.Part("com.acme.cheap", "1.0.0", "RESOLVED")),
                List.of("org.kochab.spi.scheduler.PlacementScorer"),
                List.of("com.acme.a [1,2)", "org.kochab.spi.scheduler [1.1,2)"),
                List.of("a note"));

        @Override
        public List<PluginPackage> list() {
            return List.of(cheap);
        }

        @Override
        public PluginPackage get(String name) {
            if (!name.equals(cheap.name())) {
                throw new ResourceException(ResourceException.Reason.NOT_FOUND, "there is no plugin " + name);
            }
            return cheap;
        }

        @Override
        public PluginRollout install(PluginRequest request) {
            asked.add(request);
            return new PluginRollout(cheap, List.of("member-1", "member-2"));
        }

        @Override
        public PluginRollout update(String name, PluginRequest request) {
            asked.add(name);
            asked.add(request);
            return new PluginRollout(cheap, List.of());
        }

        @Override
        public void remove(String name) {
            asked.add("remove " + name);
        }
    }

    @Test
    void installs() throws Exception {
        assertThat(console.run("plugin-install /tmp/cheap.jar --require-signature --timeout 2m"))
                .isEqualTo("plugin/com.acme.cheap 1.0.0 installed on member-1, member-2: it offers"
                        + " org.kochab.spi.scheduler.PlacementScorer\nNote: a note\n");
        console.run("plugin-install mvn:com.acme/cheap/1.0");
        assertThat(asked)
                .containsExactly(
                        new PluginRequest("/tmp/cheap.jar", true, Duration.ofMinutes(2)),
                        new PluginRequest("mvn:com.acme/cheap/1.0", false, Duration.ofSeconds(30)));
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThatThrownBy(() -> console.run("plugin-install a b")).hasMessageContaining("Name one file");
        assertThatThrownBy(() -> console.run("plugin-install a --timeout 1h"))
                .hasMessageContaining("timeout is 3600 s");
        assertThatThrownBy(() -> console.run("plugin-install a --timeout soon")).hasMessageContaining("--timeout");
        assertThatThrownBy(() -> console.run("plugin-info com.acme.dear")).hasMessageContaining("there is no plugin");
        assertThat(asked).isEmpty();
    }

    @Test
    void updatesAndRemoves() throws Exception {
        assertThat(console.run("plugin-update com.acme.cheap /tmp/new.jar --require-signature"))
                .contains("plugin/com.acme.cheap 1.0.0 updated on this member: it offers");
        assertThat(console.run("plugin-remove com.acme.cheap")).isEqualTo("plugin/com.acme.cheap removed\n");
        assertThat(asked)
                .containsExactly(
                        "com.acme.cheap",
                        new PluginRequest("/tmp/new.jar", true, Duration.ofSeconds(30)),
                        "remove com.acme.cheap");
    }

    @Test
    void showsAllOrOne() throws Exception {
        assertThat(console.run("plugin-info"))
                .matches("(?s)NAME +VERSION +STATE +BUNDLES +SIGNER +AGE +MESSAGE *\n"
                        + "com.acme.cheap +1.0.0 +Failed +1 +CN=acme \\(not trusted\\) +\\w+ +bundle .* is RESOLVED\n");
        assertThat(console.run("plugin-info com.acme.cheap"))
                .isEqualTo(
                        """
                        Name:          com.acme.cheap
                        Version:       1.0.0
                        State:         Failed: bundle com.acme.cheap is RESOLVED
                        File:          /tmp/cheap.jar
                        SHA-256:       %s
                        Signer:        CN=acme (not trusted)
                        Installed:     2026-01-01T00:00:00Z
                        Bundles:       com.acme.cheap 1.0.0 RESOLVED
                        Services:      org.kochab.spi.scheduler.PlacementScorer
                        Imports:       com.acme.a [1,2)
                                       org.kochab.spi.scheduler [1.1,2)
                        Notes:         a note
                        """
                                .formatted(DIGEST));
        assertThat(console.run("plugin-info -o name")).isEqualTo("com.acme.cheap\n");
        assertThat(console.run("plugin-info com.acme.cheap -o json")).contains("\"sha256\"", "\"RESOLVED\"");
        assertThat(console.complete("plugin-remove com.acme.")).contains("com.acme.cheap");
    }
}
