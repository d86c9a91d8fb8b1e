package org.kochab.shell.internal.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.karaf.shell.support.CommandException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.Kind;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.ResourceRef;
import org.kochab.codec.JacksonCodec;

class ResourceCommandsTest {
    private static final String HELLO =
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: hello
              labels:
                app: hello
            spec:
              replicas: 2
              selector:
                matchLabels:
                  app: hello
              template:
                metadata:
                  labels:
                    app: hello
                spec:
                  containers:
                  - name: hello
                    image: hello:1
            """;

    private final MapResources resources = new MapResources();
    private final Console console = new Console(resources, new JacksonCodec());

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        console.close();
    }

    private Path manifest(String name, String text) throws Exception {
        return Files.writeString(folder.resolve(name), text, StandardCharsets.UTF_8);
    }

    @Test
    void appliesAManifest() throws Exception {
        Path file = manifest("hello.yaml", HELLO);
        assertThat(console.run("kochab:apply " + file)).isEqualTo("deployment/hello created\n");
        assertThat(console.run("apply -f " + file)).isEqualTo("deployment/hello unchanged\n");
        Files.writeString(file, HELLO.replace("replicas: 2", "replicas: 3"));
        assertThat(console.run("apply " + file + " --dry-run")).isEqualTo("deployment/hello configured (dry run)\n");
        assertThat(console.run("apply " + folder)).isEqualTo("deployment/hello configured\n");
        assertThat(console.aged("get deploy"))
                .isEqualTo(
                        """
                        Tenant default, namespace default:
                        NAME    READY   UP-TO-DATE   AVAILABLE   AGE
                        hello   0/3     0            0           0s
                        """);
    }

    @Test
    void appliesIntoTheTenantAndNamespaceNamed() throws Exception {
        Path file = manifest("hello.yaml", HELLO);
        console.run("apply " + file + " --tenant acme -n shop");
        assertThat(resources.get(new ResourceRef(new TenantId("acme"), Kind.DEPLOYMENT, "shop", "hello")))
                .isPresent();
        console.session.put("kochab.tenant", "acme");
        console.session.put("kochab.namespace", "shop");
        assertThat(console.run("get deployments -o name")).isEqualTo("deployment/hello\n");
        assertThat(console.run("get deploy/hello --output=name")).isEqualTo("deployment/hello\n");
        assertThat(console.run("get all")).startsWith("Tenant acme, namespace shop:\n");
    }

    @Test
    void refusesUnknownFieldsUnlessToldToWarn() throws Exception {
        Path file = manifest("hello.yaml", HELLO.replace("replicas: 2", "replicas: 2\n  colour: red"));
        assertFails("apply " + file, "colour");
        assertThat(resources
                        .list(new TenantId("default"), Kind.DEPLOYMENT, all())
                        .items())
                .isEmpty();
        assertThat(console.run("apply --validate=warn " + file))
                .contains("Warning")
                .contains("deployment/hello created");
    }

    private static org.kochab.api.resource.Query all() {
        return org.kochab.api.resource.Query.namespace(null);
    }

    @Test
    void oneRefusalDoesNotStopTheOthers() throws Exception {
        resources.refused.add("bad");
        String two = HELLO.replace("name: hello\n  labels", "name: bad\n  labels") + "---\n" + HELLO;
        Path file = manifest("two.yaml", two);
        assertFails("apply " + file, "1 of 2 were refused:", "deployment/bad: spec.replicas is -1");
        assertThat(console.printed()).contains("deployment/hello created");
    }

    @Test
    void getsOneAsJsonAndYaml() throws Exception {
        console.run("apply " + manifest("hello.yaml", HELLO));
        assertThat(console.run("get deploy hello -o yaml")).contains("kind: Deployment", "  name: hello");
        assertThat(console.run("get deploy hello -o json")).startsWith("{").contains("\"kind\" : \"Deployment\"");
        assertThat(console.run("get deploy -o json")).contains("\"kind\" : \"List\"", "\"items\" : [");
    }

    @Test
    void saysWhatIsMissing() {
        assertFails("get pods nope", "There is no Pod nope in namespace default of tenant default");
        assertFails("get nonsense", "There is no kind 'nonsense': use one of tenants, nodes,");
        assertFails("get pods -o xml", "Output 'xml' is not known");
        assertFails("get pods --colour red", "There is no option --colour");
        assertFails("get pods --limit none", "Option --limit is 'none'");
        assertFails("apply", "Name a manifest");
        assertFails("apply /does/not/exist.yaml", "There is no file /does/not/exist.yaml");
        assertFails("delete pods", "Name the pods to delete, or use -l or --all");
        assertFails("get pods --tenant NotATenant", "tenant name 'NotATenant' is not valid");
    }

    @Test
    void emptyListsAreSaid() throws Exception {
        assertThat(console.run("get pods")).isEqualTo("No pods found in namespace default of tenant default\n");
        assertThat(console.run("get pods -A")).isEqualTo("No pods found in tenant default\n");
        assertThat(console.run("get nodes")).isEqualTo("No nodes found on the platform\n");
        assertThat(console.run("get pods -o name")).isEmpty();
    }

    @Test
    void allTenantsAreShownWithTheirNames() throws Exception {
        resources.add("system", Samples.tenant("acme"));
        resources.add("system", Samples.tenant("zeta"));
        resources.add("acme", Samples.pod("a", "shop"));
        resources.add("zeta", Samples.pod("z", "default"));
        assertThat(console.aged("get pods --all-tenants"))
                .isEqualTo(
                        """
                        TENANT   NAMESPACE   NAME   READY   STATUS    RESTARTS   AGE   NODE
                        acme     shop        a      0/1     Pending   0          0s    <none>
                        zeta     default     z      0/1     Pending   0          0s    <none>
                        """);
        assertThat(console.run("get pods --all-tenants --limit 1")).contains("only the first 1 are shown");
    }

    @Test
    void deletesByNameSelectorAndManifest() throws Exception {
        for (String name : List.of("a", "b", "c")) {
            resources.add("default", Samples.pod(name, "default"));
        }
        assertThat(console.run("delete pod a b --grace-period 0 --force --wait"))
                .isEqualTo("pod/a deleted\npod/b deleted\n");
        assertThat(resources.deleted).isEqualTo(new DeleteOptions(0L, false, null, true));
        assertThat(console.run("delete pods -l app=none")).contains("No pods found");
        assertThat(console.run("delete pods -l app=web")).isEqualTo("pod/c deleted\n");
        Path file = manifest("hello.yaml", HELLO);
        console.run("apply " + file);
        assertThat(console.run("delete -f " + file)).isEqualTo("deployment/hello deleted\n");
        assertFails("delete pod a", "There is no Pod default/a");
    }

    @Test
    void aFunctionThatCannotBeCalledSaysWhy() throws Exception {
        Path function = manifest(
                "shout.yaml",
                """
                apiVersion: kochab.org/v1
                kind: Function
                metadata:
                  name: shout
                spec:
                  replicas: 1
                  image: /f.wasm
                """);
        assertThat(console.run("apply " + function)).isEqualTo("function/shout created\n");
        Path large = Files.write(folder.resolve("large"), new byte[128 * 1024 + 1]);
        assertFails("function-invoke nobody", "There is no Function nobody");
        assertFails("function-invoke shout --data x --file " + large, "cannot be used together");
        assertFails("function-invoke shout --file " + large, "at most 128 KiB");
        assertFails("function-invoke fn/shout --data x", "No pod of function shout is ready");
        assertThat(console.run("scale function shout 0")).isEqualTo("function/shout scaled to 0\n");
        assertFails("function-invoke shout", "has 0 replicas: kochab:scale function shout 1");
        assertThat(console.run("describe function shout")).contains("0 wanted, 0 ready");
    }

    private void assertFails(String line, String... parts) {
        assertThatThrownBy(() -> console.run(line))
                .isInstanceOf(CommandException.class)
                .satisfies(e -> assertThat(((CommandException) e).getNiceHelp()).contains(parts));
    }

    static Deployment deployment(MapResources resources, String name) {
        return (Deployment) resources
                .get(new ResourceRef(new TenantId("default"), Kind.DEPLOYMENT, "default", name))
                .orElseThrow();
    }
}
