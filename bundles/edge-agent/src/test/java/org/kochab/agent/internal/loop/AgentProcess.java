package org.kochab.agent.internal.loop;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.kochab.agent.internal.node.Settings;
import org.kochab.codec.JacksonCodec;
import org.kochab.runtime.process.internal.ProcessDriver;
import org.kochab.runtime.vm.internal.VmDriver;

/** An agent with the process driver, and that of machines if it is given a directory for it, without OSGi. Runs until it is killed. */
final class AgentProcess {
    private AgentProcess() {}

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
        ProcessDriver driver = new ProcessDriver(
                new ProcessDriver.Settings(directory.resolve("process"), "kochab-test", 256, 1 << 20));
        Agent agent = new Agent(settings, "test", new JacksonCodec());
        agent.start();
        agent.add(driver);
        if (args.length > 3) {
            agent.add(machines(Path.of(args[3])));
        }
        System.in.read();
        Thread.currentThread().join();
    }

    private static VmDriver machines(Path directory) throws IOException {
        return new VmDriver(new org.kochab.runtime.vm.internal.Settings(
                directory.resolve("vm"),
                directory.resolve("images"),
                "kochab-test-agent-vm",
                "127.0.0.1",
                "tcg",
                64055,
                256 << 20,
                256,
                1 << 20));
    }
}
