package org.kochab.shell.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.kochab.codec.JacksonCodec;

class ExamplesTest {
    @Test
    void theExamplesCanBeApplied() throws Exception {
        Path examples = Path.of("../../examples").toAbsolutePath();
        try (var console = new Console(new MapResources(), new JacksonCodec())) {
            assertThat(console.run("apply " + examples + "/hello.yaml")).isEqualTo("deployment/hello created\n");
            assertThat(console.run("apply " + examples + "/web.yaml"))
                    .isEqualTo("deployment/nginx-deployment created\n");
            assertThat(console.run("apply " + examples + "/vm.yaml")).isEqualTo("pod/machine created\n");
            assertThat(console.run("apply " + examples + "/snapshot.yaml"))
                    .isEqualTo("action/before-upgrade created\n");
            assertThat(console.run("apply " + examples + "/function.yaml")).isEqualTo("function/shout created\n");
            assertThat(console.run("get fn -o wide"))
                    .contains("shout   0/2     2      4")
                    .contains("5         60     /tmp/function.wasm");
            assertThat(console.run("get deploy -o wide"))
                    .contains("hello              0/2     0            0")
                    .contains("nginx        nginx:1.27   app=nginx");
        }
    }
}
