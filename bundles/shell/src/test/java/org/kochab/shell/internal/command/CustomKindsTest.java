package org.kochab.shell.internal.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.karaf.shell.support.CommandException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.api.model.CustomObject;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.ResourceRef;
import org.kochab.codec.JacksonCodec;

/** The commands on a kind that a tenant has made: that of {@code examples/crd.yaml}. */
class CustomKindsTest {
    private static final TenantId T = new TenantId("default");

    private final MapResources resources = new MapResources();
    private final Console console = new Console(resources, new JacksonCodec());

    @TempDir
    Path folder;

    @BeforeEach
    void define() throws Exception {
        assertThat(console.run("apply " + Path.of("../../examples/crd.yaml").toAbsolutePath()))
                .isEqualTo("customresourcedefinition/beacons.example.com created\nbeacon/north created\n");
    }

    @AfterEach
    void close() {
        console.close();
    }

    private void fails(String line, String part) {
        assertThatThrownBy(() -> console.run(line))
                .isInstanceOf(CommandException.class)
                .satisfies(e -> assertThat(((CommandException) e).getNiceHelp()).contains(part));
    }

    private CustomObject north() {
        return (CustomObject) resources
                .get(new ResourceRef(
                        T, resources.kinds(T).get(resources.kinds(T).size() - 1), "default", "north"))
                .orElseThrow();
    }

    @Test
    void listsHaveTheDefinitionsColumns() throws Exception {
        resources.update(
                T,
                north().with(
                                "status",
                                Map.of(
                                        "conditions",
                                        List.of(Map.of("type", "Ready", "status", "True", "reason", "Lit")))));

        assertThat(console.aged("get bc -o wide"))
                .isEqualTo(
                        """
                        Tenant default, namespace default:
                        NAME    COLOUR   SECONDS   READY   AGE
                        north   red                True    0s
                        """);
        assertThat(console.run("get beacons.example.com -o name")).isEqualTo("beacon/north\n");
        assertThat(console.aged("get crd"))
                .isEqualTo(
                        """
                        Tenant default:
                        NAME                  KIND     SCOPE        SHARED   AGE
                        beacons.example.com   Beacon   Namespaced   no       0s
                        """);
        assertThat(console.run("describe beacon north")).contains("Colour:        red", "Ready", "Lit");
        assertThat(console.run("wait beacon north --for ready --timeout 5s")).contains("Ready is True");
        assertThat(console.run("get beacon north -o yaml"))
                .startsWith("apiVersion: example.com/v1\nkind: Beacon\nmetadata:")
                .contains("spec:\n  colour: red\n");
    }

    @Test
    void explainsFromTheSchema() throws Exception {
        assertThat(console.run("explain beacon.spec.seconds"))
                .isEqualTo(
                        """
                        KIND:          Beacon
                        VERSION:       example.com/v1
                        FIELD:         spec.seconds <integer>
                        DESCRIPTION:   From one flash to the next.
                        ALLOWED:       default 5, minimum 1
                        """);
        assertThat(console.run("explain bc.status.conditions"))
                .contains("FIELD:         status.conditions <list of Object>", "  type <string> required");
        fails("explain beacon.spec.size", "There is no field spec.size in kind Beacon");
        assertThat(console.run("explain")).contains("Beacon", "tenant", "CustomResourceDefinition", "built in");
    }

    @Test
    void anotherTenantDoesNotHaveIt() {
        fails("get beacons -t acme", "There is no kind 'beacons'");
    }

    @Test
    void unknownFieldsAreRefusedOrDropped() throws Exception {
        Path file = Files.writeString(
                folder.resolve("b.yaml"),
                "apiVersion: example.com/v1\nkind: Beacon\nmetadata: {name: b}\nspec: {colour: red, size: 3}\n");

        fails("apply " + file, "Beacon: spec.size is not a field; there are colour, seconds");
        assertThat(console.run("apply --validate=warn " + file))
                .contains("Warning: " + file + ": spec.size is not a field and was dropped", "beacon/b created");
        assertThat(console.run("delete bc b")).isEqualTo("beacon/b deleted\n");
    }
}
