package org.kochab.agent.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import com.dylibso.chicory.wabt.Wat2Wasm;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.agent.internal.link.TestBroker;
import org.kochab.agent.internal.node.Settings;
import org.kochab.api.link.Command;
import org.kochab.api.link.PodDocument;
import org.kochab.api.model.PodFunction;
import org.kochab.api.model.PodSpec;
import org.kochab.codec.JacksonCodec;
import org.kochab.runtime.process.internal.ProcessDriver;
import org.kochab.runtime.wasm.internal.WasmDriver;
import org.kochab.spi.runtime.FunctionDriver;

/** Functions called over MQTT: the real agent and driver, a real broker. */
class CallsTest {
    private static final String POD = "pod-1";

    @TempDir
    Path directory;

    private TestBroker broker;
    private TestManager manager;
    private Agent agent;
    private WasmDriver wasm;
    private int commands;

    @BeforeEach
    void begin() throws Exception {
        Assumptions.assumeTrue(TestBroker.available(), "apt-get install mosquitto");
        broker = new TestBroker(directory.resolve("broker"));
        manager = new TestManager(broker.uris().get(0), "edge-1");
        startAgent();
    }

    private void startAgent() throws Exception {
        Settings settings = new Settings(
                "edge-1",
                "rm-1",
                List.of(URI.create(broker.uris().get(0).toString())),
                directory.resolve("agent"),
                Duration.ofSeconds(1),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                Duration.ofSeconds(30),
                Duration.ofSeconds(300),
                Optional.empty());
        wasm = new WasmDriver(new org.kochab.runtime.wasm.internal.Settings(
                directory.resolve("wasm"), 16 << 20, 4 << 20, 16, 1 << 20, 64 * 1024, false));
        agent = new Agent(settings, "test", new JacksonCodec());
        agent.start();
        agent.add(wasm);
    }

    private void stopAgent() {
        agent.close();
        wasm.close();
    }

    @AfterEach
    void end() throws Exception {
        if (broker != null) {
            stopAgent();
            manager.close();
            broker.close();
        }
    }

    private void want(String uid, String runtime, String wat) throws Exception {
        want(uid, runtime, wat, 20);
    }

    private void want(String uid, String runtime, String wat, int timeoutSeconds) throws Exception {
        Path module = directory.resolve(uid + ".wasm");
        Files.write(module, Wat2Wasm.parse(wat));
        PodFunction function =
                new PodFunction("function", module.toString(), List.of(), List.of(), null, 1, 2, timeoutSeconds, 60);
        PodSpec spec = PodSpec.builder()
                .runtimeClassName(runtime)
                .restartPolicy("Always")
                .terminationGracePeriodSeconds(2L)
                .function(function)
                .build();
        manager.want(new PodDocument(uid, "acme", "default", uid, Map.of(), spec), 1);
    }

    private void shout() throws Exception {
        want(POD, null, Files.readString(Path.of("../../examples/function.wat")));
        manager.await("running", m -> m.phase(POD, "Running") && m.ready(POD));
    }

    /** @return the command's correlation; its last reply is there */
    private String invoke(String uid, String container, String data) throws Exception {
        String correlation = "c" + commands++;
        manager.command(
                correlation, new Command("invoke", 1, uid, container, List.of(), null, false, false, 30, data, null));
        manager.await("answer", m -> m.ended(correlation));
        return correlation;
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private String answer(String input) throws Exception {
        String correlation = invoke(POD, "function", base64(input));
        assertThat(manager.last(correlation).error()).isNull();
        assertThat(manager.last(correlation).exitCode()).isZero();
        return manager.output(correlation);
    }

    @Test
    void itAnswersAndAgainAfterTheAgentsRestart() throws Exception {
        shout();
        assertThat(answer("hello")).isEqualTo("HELLO");
        String much = "0123456789abcdef".repeat(FunctionDriver.MOST_INPUT / 16);
        assertThat(answer(much)).isEqualTo(much.toUpperCase(java.util.Locale.ROOT));

        stopAgent();
        startAgent();
        manager.await("another run", m -> m.ready(POD) && m.container(POD, 0).restartCount() == 1);
        assertThat(answer("again")).isEqualTo("AGAIN");
    }

    @Test
    void aCommandThatComesTwiceIsDoneOnce() throws Exception {
        shout();
        String first = invoke(POD, "function", base64("once"));
        manager.command(
                first,
                new Command("invoke", 1, POD, "function", List.of(), null, false, false, 10, base64("once"), null));
        assertThat(answer("after it")).isEqualTo("AFTER IT");
        assertThat(manager.replies(first)).hasSize(2);
    }

    @Test
    void whatCannotBeAnsweredSaysWhy() throws Exception {
        shout();
        want("endless", null, "(module (memory 1) (func (export \"_start\") (loop $again (br $again))))", 2);
        want("faulty", null, "(module (memory 1) (func (export \"_start\") (unreachable)))");
        manager.await("running", m -> m.ready("endless") && m.ready("faulty"));
        assertThat(error(invoke("endless", "function", null))).startsWith("timed out");
        assertThat(error(invoke("faulty", "function", null))).startsWith("trap");
        assertThat(error(invoke(POD, "other", null))).contains("not on this node");
        assertThat(error(invoke(POD, "function", "-"))).contains("not base64");
        assertThat(error(invoke(POD, "function", base64("x".repeat(FunctionDriver.MOST_INPUT + 1)))))
                .contains("at most 131072");
        assertThat(answer("still there")).isEqualTo("STILL THERE");
        assertThat(manager.container(POD, 0).restartCount()).isZero();
    }

    @Test
    void aDriverThatRunsNoFunctionsIsNotAskedTo() throws Exception {
        agent.add(new ProcessDriver(
                new ProcessDriver.Settings(directory.resolve("process"), AgentProcess.cgroup(), 256, 1 << 20)));
        want("wrong", "process", "(module (memory 1) (func (export \"_start\")))");
        manager.await("refused", m -> String.valueOf(m.status("wrong")).contains("runs no functions"));
    }

    private String error(String correlation) {
        return manager.last(correlation).error();
    }
}
