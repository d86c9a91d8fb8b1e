package org.kochab.agent.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
import org.kochab.api.link.Reply;
import org.kochab.api.model.Container;
import org.kochab.api.model.PodSpec;
import org.kochab.codec.JacksonCodec;
import org.kochab.runtime.process.internal.ProcessDriver;

/** Commands with input over MQTT: the real agent and driver, a real broker. */
class InputTest {
    private static final String POD = "pod-1";

    @TempDir
    Path directory;

    private TestBroker broker;
    private TestManager manager;
    private Agent agent;
    private ProcessDriver driver;
    private ServerSocket listener;

    @BeforeEach
    void begin() throws Exception {
        Assumptions.assumeTrue(TestBroker.available(), "apt-get install mosquitto");
        listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        broker = new TestBroker(directory.resolve("broker"));
        manager = new TestManager(broker.uris().get(0), "edge-1");
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
        driver = new ProcessDriver(
                new ProcessDriver.Settings(directory.resolve("process"), AgentProcess.cgroup(), 256, 1 << 20));
        agent = new Agent(settings, "test", new JacksonCodec());
        agent.start();
        agent.add(driver);
        want();
        manager.await("running", m -> m.phase(POD, "Running") && m.ready(POD));
    }

    private void want() throws Exception {
        Container container = Container.builder()
                .name("main")
                .command(List.of("sleep", "1000"))
                .ports(List.of(new Container.Port(null, listener.getLocalPort(), null, null, null)))
                .build();
        PodSpec spec = PodSpec.builder()
                .containers(List.of(container))
                .runtimeClassName("process")
                .restartPolicy("Always")
                .terminationGracePeriodSeconds(0L)
                .build();
        manager.want(new PodDocument(POD, "acme", "default", POD, Map.of(), spec), 1);
    }

    @AfterEach
    void end() throws Exception {
        if (broker != null) {
            manager.end(POD, 0);
            manager.await("gone", m -> m.gone(POD));
            agent.close();
            driver.close();
            manager.close();
            broker.close();
            listener.close();
        }
    }

    private void exec(String correlation, String script) throws Exception {
        manager.command(
                correlation,
                new Command(
                        Command.EXEC_INPUT,
                        manager.epoch,
                        POD,
                        "main",
                        List.of("sh", "-c", script),
                        null,
                        false,
                        false,
                        60));
    }

    private void input(String correlation, long offset, String text, boolean last) throws Exception {
        String data = Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
        manager.command(correlation, Command.input(manager.epoch, 60, new Command.Input(offset, data, last)));
    }

    private static long taken(TestManager m, String correlation) {
        return m.replies(correlation).stream()
                .map(Reply::taken)
                .filter(Objects::nonNull)
                .mapToLong(t -> t)
                .max()
                .orElse(0);
    }

    @Test
    void inputIsReadInOrderAndOnceToItsEnd() throws Exception {
        exec("c1", "cat; exit 3");
        input("c1", 0, "one ", false);
        input("c1", 0, "one ", false);
        // Too early: what is before it has not come yet.
        input("c1", 8, "three", true);
        input("c1", 4, "two ", false);
        manager.await("two", m -> m.output("c1").equals("one two "));
        input("c1", 8, "three", true);
        manager.await("end", m -> m.ended("c1"));
        assertThat(manager.output("c1")).isEqualTo("one two three");
        assertThat(manager.last("c1").exitCode()).isEqualTo(3);
        assertThat(taken(manager, "c1")).isEqualTo("one two three".length() + 1);
        assertThat(manager.replies("c1")).extracting(Reply::sequence).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void aCommandThatDoesNotReadIsGivenNoMoreThanTheWindow() throws Exception {
        exec("c1", "exec sleep 1000");
        String part = "x".repeat(Command.Input.MOST_BYTES);
        for (int i = 0; i < 20; i++) {
            input("c1", (long) i * part.length(), part, false);
        }
        manager.await("end", m -> m.ended("c1"));
        assertThat(manager.last("c1").error()).contains("more input than the command was ready for");

        exec("c2", "cat");
        manager.command("c2", Command.input(1, 60, new Command.Input(0, "-", false)));
        manager.await("end", m -> m.ended("c2"));
        assertThat(manager.last("c2").error()).contains("not base64");
    }

    @Test
    void aPortThatThePodDeclaresIsReached() throws Exception {
        Thread echo = new Thread(() -> {
            try (Socket one = listener.accept()) {
                one.getInputStream().transferTo(one.getOutputStream());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        echo.start();
        forward("c1", listener.getLocalPort());
        input("c1", 0, "hello", true);
        manager.await("end", m -> m.ended("c1"));
        assertThat(manager.output("c1")).isEqualTo("hello");
        assertThat(manager.last("c1").exitCode()).isZero();

        forward("c2", 1);
        manager.await("end", m -> m.ended("c2"));
        assertThat(manager.last("c2").error()).contains("only those can be reached that its containers declare");
        echo.join();
        listener.close();
        forward("c3", listener.getLocalPort());
        manager.await("end", m -> m.ended("c3"));
        assertThat(manager.last("c3").error()).contains("refused");
    }

    private void forward(String correlation, int port) throws Exception {
        manager.command(
                correlation,
                new Command(
                        Command.FORWARD,
                        manager.epoch,
                        POD,
                        null,
                        List.of(Integer.toString(port)),
                        null,
                        false,
                        false,
                        60));
    }

    @Test
    void aFormerLeadersCommandWithInputEnds() throws Exception {
        exec("c1", "echo begun; cat");
        manager.await("begun", m -> m.output("c1").equals("begun\n"));
        manager.epoch = 2;
        want();
        manager.await("end", m -> m.ended("c1"));
    }
}
