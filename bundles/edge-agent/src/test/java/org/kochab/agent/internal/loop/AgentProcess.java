package org.kochab.agent.internal.loop;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.kochab.agent.internal.node.Settings;
import org.kochab.codec.JacksonCodec;
import org.kochab.devices.sysfs.internal.Kind;
import org.kochab.devices.sysfs.internal.SysfsProvider;
import org.kochab.devices.sysfs.internal.Tree;
import org.kochab.runtime.process.internal.ProcessDriver;
import org.kochab.runtime.vm.internal.VmDriver;
import org.kochab.testkit.process.TestProcess;

/** An agent with the process driver, without OSGi. Runs until it is killed. */
final class AgentProcess {
    private static final long POLL_MILLIS = 100;

    private AgentProcess() {}

    /** That of this test process: agents that share one end each other's trial processes, and a test process beside it has agents, too. */
    static String cgroup() {
        return "kochab-test-" + TestProcess.number();
    }

    /**
     * Starts one.
     *
     * @param directory its own; its output is in {@code agent.log} there
     * @param machine a directory, which need not be there: with {@code sys} and {@code dev} in it the agent offers their serial ports, with {@code images} in it virtual
     *     machines
     */
    static Process start(String node, URI broker, Path directory, Path machine) throws IOException {
        Files.createDirectories(directory);
        List<String> command = TestProcess.java(List.of(
                "-Xmx64m", "-Dorg.slf4j.simpleLogger.showDateTime=true", "-Dtest.fork=" + TestProcess.number()));
        command.addAll(List.of(
                AgentProcess.class.getName(), node, broker.toString(), directory.toString(), machine.toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("agent.log").toFile()))
                .start();
    }

    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[2]);
        Settings settings = new Settings(
                args[0],
                "rm-1",
                List.of(URI.create(args[1])),
                directory.resolve("agent"),
                Duration.ofSeconds(1),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                Duration.ofSeconds(30),
                Duration.ofSeconds(300),
                java.util.Optional.empty());
        ProcessDriver driver =
                new ProcessDriver(new ProcessDriver.Settings(directory.resolve("process"), cgroup(), 256, 1 << 20));
        Agent agent = new Agent(
                settings, "test", new JacksonCodec(), java.util.Optional.empty(), new Devices.Pace(100, 200, 10));
        agent.start();
        agent.add(driver);
        Path machine = Path.of(args[3]);
        if (Files.isDirectory(machine.resolve("sys"))) {
            SysfsProvider ports = new SysfsProvider(
                    Kind.SERIAL,
                    Kind.SERIAL.resource(),
                    Pattern.compile(".*"),
                    new Tree(machine.resolve("sys"), machine.resolve("dev")));
            agent.add(ports);
            Executors.newSingleThreadScheduledExecutor()
                    .scheduleWithFixedDelay(ports::poll, 0, POLL_MILLIS, TimeUnit.MILLISECONDS);
        }
        if (Files.isDirectory(machine.resolve("images"))) {
            agent.add(machines(machine));
        }
        System.in.read();
        Thread.currentThread().join();
    }

    private static VmDriver machines(Path directory) throws IOException {
        return new VmDriver(new org.kochab.runtime.vm.internal.Settings(
                directory.resolve("vm"),
                directory.resolve("images"),
                cgroup() + "-vm",
                "127.0.0.1",
                "tcg",
                64055,
                256 << 20,
                256,
                1 << 20));
    }
}
