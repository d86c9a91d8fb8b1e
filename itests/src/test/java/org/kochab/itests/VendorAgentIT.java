package org.kochab.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A vendor's runtime and devices on a node: they come with their jars, and go with them; what runs goes on. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class VendorAgentIT {
    private static final String RUNTIME = "\"kind\":\"my-runtime\"";
    private static final String DEVICE = "acme.org/my-device";

    @Test
    void comeAndGo() throws Exception {
        Path work = Files.createDirectories(Path.of("target/run/vendor-agent")).toAbsolutePath();
        Path devices = Files.createDirectories(work.resolve("devices"));
        Files.writeString(devices.resolve("my-device0"), "");
        Files.createDirectories(work.resolve("base/etc"));
        Files.writeString(work.resolve("base/etc/org.acme.devices.cfg"), "directory = " + devices + "\n");
        try (AgentBox box = new AgentBox(work, "my-runtime", VendorAgentIT::begin, "sleep", "86396")) {
            box.awaitBirth(RUNTIME, DEVICE);
            String task = box.workload();

            String first = box.life();
            remove(box.home());
            box.restart(AgentBox.LIMIT);
            assertThat(last(box.births(first)))
                    .as("an agent that ends does not say that its runtimes are gone")
                    .contains(RUNTIME, DEVICE);
            box.awaitBirth("\"kind\":\"process\"");
            String without = last(box.heard("up/birth"));
            assertThat(without).doesNotContain("my-runtime").doesNotContain(DEVICE);
            assertThat(box.workload()).isEqualTo(task);

            add(box.home());
            box.restart(AgentBox.LIMIT);
            box.awaitBirth(RUNTIME, DEVICE);
            assertThat(box.workload()).isEqualTo(task);
        }
    }

    private static void begin(Path home) throws IOException {
        add(home);
        Files.writeString(
                home.resolve("etc/org.kochab.agent.cfg"),
                "\nwait.for.drivers.seconds = 5\n",
                StandardOpenOption.APPEND);
    }

    private static void add(Path home) throws IOException {
        for (String kind : List.of("device", "runtime")) {
            Files.copy(VendorProjects.jar(kind), home.resolve("bundle/my-" + kind + ".jar"));
        }
    }

    private static void remove(Path home) throws IOException {
        for (String kind : List.of("device", "runtime")) {
            Files.delete(home.resolve("bundle/my-" + kind + ".jar"));
        }
    }

    private static String last(List<String> births) {
        return births.get(births.size() - 1);
    }
}
