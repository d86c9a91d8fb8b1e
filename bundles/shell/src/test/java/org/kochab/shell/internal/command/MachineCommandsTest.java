package org.kochab.shell.internal.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Action;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.Query;
import org.kochab.codec.JacksonCodec;

class MachineCommandsTest {
    private static final TenantId T = new TenantId("default");

    private final MapResources resources = new MapResources();
    private final Console console = new Console(resources, new JacksonCodec());

    @BeforeEach
    void onePod() {
        resources.add("default", Samples.pod("vm", "default"));
        ends(Action.SUCCEEDED, "Completed", "It was done.");
    }

    @AfterEach
    void close() {
        console.close();
    }

    private void ends(String phase, String reason, String message) {
        resources.controller = r -> r instanceof Action a
                ? a.withStatus(new Action.Status(phase, reason, message, Instant.now(), Instant.now(), "n1"))
                : r;
    }

    private Action made() {
        Resource only = resources
                .list(T, Kind.ACTION, Query.namespace("default"))
                .items()
                .get(0);
        return (Action) only;
    }

    @Test
    void aRebootIsMadeAndItsEndIsPrinted() throws Exception {
        String said = console.run("vm-reboot vm --timeout 30s");
        String name = made().metadata().name();
        assertThat(name).matches("reboot-[0-9a-f]{8}");
        assertThat(said).isEqualTo("action " + name + ": Succeeded. It was done.\n");
        assertThat(made().spec()).isEqualTo(new Action.Spec("vm", Action.REBOOT, null, 30, null));
        assertThat(console.aged("get actions -o wide"))
                .contains("NAME", "POD", "ACTION", "SNAPSHOT", "STATUS", "REASON", "AGE", "NODE", "MESSAGE")
                .containsPattern(name + " +vm +Reboot +<none> +Succeeded +Completed +0s +n1 +It was done\\.");
        assertThat(console.run("describe action " + name))
                .containsPattern("Action: +Reboot, within 30 s")
                .containsPattern("Status: +Succeeded, Completed")
                .containsPattern("Message: +It was done\\.");
        assertThat(console.run("wait action " + name)).contains("Succeeded");
    }

    @Test
    void snapshotsHaveNames() throws Exception {
        console.run("vm-snapshot pod/vm one");
        assertThat(made().spec()).isEqualTo(new Action.Spec("vm", Action.SNAPSHOT, "one", 300, null));
    }

    @Test
    void whatFailsIsAFailureThatSaysWhy() {
        ends(Action.FAILED, "NotSupported", "There is no snapshot two.");
        assertThatThrownBy(() -> console.run("vm-restore vm two"))
                .hasMessageContaining("has failed: NotSupported. There is no snapshot two.");
        assertThatThrownBy(() -> console.run("vm-restore vm")).hasMessageContaining("kochab:vm-restore POD NAME");
        assertThatThrownBy(() -> console.run("vm-reboot nobody")).hasMessageContaining("There is no Pod nobody");
        assertThatThrownBy(() -> console.run("vm-reboot vm --timeout soon")).hasMessageContaining("--timeout");
    }
}
