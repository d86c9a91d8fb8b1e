package org.kochab.shell.internal.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.update.AgentUpdates;
import org.kochab.api.update.UpdateSpec;
import org.kochab.api.update.UpdateStatus;
import org.kochab.api.update.UpdateStatus.Counts;
import org.kochab.api.update.UpdateStatus.NodeStatus;
import org.kochab.api.update.UpdateStatus.Stage;
import org.kochab.api.update.UpdateStatus.State;
import org.kochab.api.update.Wave;
import org.kochab.codec.JacksonCodec;

class UpdateCommandsTest {
    private static final String DIGEST = "0123456789abcdef".repeat(4);

    private final List<Object> asked = new ArrayList<>();
    private final Console console = new Console(new MapResources(), new JacksonCodec(), new Known());

    @AfterEach
    void close() {
        console.close();
    }

    private final class Known implements AgentUpdates {
        private final UpdateStatus stopped = new UpdateStatus(
                spec("spring", new LabelSelector(Map.of(), List.of()), "1,100%"),
                "spring.1",
                State.STOPPED,
                2,
                "1 node has failed, 0 may: edge-1: RolledBack: it ended with status 1",
                new Counts(7, 3, 1, 0, 2, 1),
                List.of("rm-2"),
                List.of(
                        new NodeStatus("edge-1", "rm-1", Stage.FAILED, "1.0", "RolledBack: it ended with status 1"),
                        new NodeStatus("edge-2", "rm-1", Stage.AWAY, "1.0", "")));

        @Override
        public String create(UpdateSpec spec) {
            asked.add(spec);
            return "id";
        }

        @Override
        public List<UpdateStatus> list() {
            return List.of(stopped);
        }

        @Override
        public UpdateStatus get(String name) {
            return stopped;
        }

        @Override
        public void pause(String name) {
            asked.add("pause " + name);
        }

        @Override
        public void resume(String name) {
            asked.add("resume " + name);
        }

        @Override
        public void abort(String name) {
            asked.add("abort " + name);
        }
    }

    private static UpdateSpec spec(String name, LabelSelector selector, String waves) {
        return new UpdateSpec(
                name,
                "2.0",
                "https://example.org/a",
                DIGEST,
                selector,
                List.of(waves.split(",")).stream().map(Wave::parse).toList(),
                0,
                100,
                600,
                50);
    }

    private static String create(String name) {
        return "update-create " + name + " --version 2.0 --url https://example.org/a --sha256 " + DIGEST;
    }

    @Test
    void createsAnUpdateOfTheNodesThatAreMeant() throws Exception {
        assertThat(console.run(create("spring") + " -l site=hall-7 --waves '2,50%,100%'"))
                .contains("update/spring created; kochab:update-show spring");
        console.run(create("all"));
        assertThat(asked)
                .containsExactly(
                        spec("spring", new LabelSelector(Map.of("site", "hall-7"), List.of()), "2,50%,100%"),
                        spec("all", new LabelSelector(Map.of(), List.of()), "1,10%,100%"));
    }

    @Test
    void refusesAnUpdateThatMakesNoSense() {
        assertThatThrownBy(() -> console.run("update-create x --version 2.0 --url https://example.org/a"))
                .hasMessageContaining("--sha256");
        assertThatThrownBy(() -> console.run(create("x") + " --waves '1,200%'")).hasMessageContaining("wave '200%'");
        assertThatThrownBy(() -> console.run(create("x") + " --max-failures -1"))
                .hasMessageContaining("maxFailures is -1");
        assertThatThrownBy(() -> console.run(create("x") + " --timeout 5s"))
                .hasMessageContaining("timeoutSeconds is 5");
        assertThatThrownBy(() -> console.run(create("A_b"))).hasMessageContaining("name 'A_b'");
        assertThat(asked).isEmpty();
    }

    @Test
    void listsUpdates() throws Exception {
        assertThat(console.run("update-list"))
                .matches("(?s)NAME +VERSION +STATE +WAVE +NODES +UPDATED +FAILED +MESSAGE *\n"
                        + "spring +2.0 +Stopped +2/2 +7 +3 +1 +1 node has failed, 0 may: .*");
        assertThat(console.run("update-list -o name")).isEqualTo("spring\n");
    }

    @Test
    void showsWhyNodesFailed() throws Exception {
        assertThat(console.run("update-show spring"))
                .contains(
                        "State:    Stopped: 1 node has failed",
                        "Waves:    1, 100%; now wave 2",
                        "Nodes:    7: 3 updated, 1 failed of 0 that may, 0 being updated, 2 waiting, 1 away",
                        "Unknown:  nodes of rm-2")
                .containsPattern("edge-1 +rm-1 +Failed +1.0 +RolledBack: it ended with status 1")
                .containsPattern("edge-2 +rm-1 +Away +1.0");
        assertThat(console.run("update-show spring -o json")).contains("\"stage\"", "\"edge-1\"");
    }

    @Test
    void pausesResumesAndAborts() throws Exception {
        assertThat(console.run("update-pause spring")).contains("update/spring paused");
        assertThat(console.run("update-resume spring")).contains("update/spring resumed");
        assertThat(console.run("update-abort spring")).contains("update/spring aborted");
        assertThat(asked).containsExactly("pause spring", "resume spring", "abort spring");
    }
}
