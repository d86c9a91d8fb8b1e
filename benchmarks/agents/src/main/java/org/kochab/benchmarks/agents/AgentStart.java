package org.kochab.benchmarks.agents;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.kochab.benchmarks.common.Processes;
import org.kochab.benchmarks.common.Workplace;
import org.kochab.benchmarks.mqtt.EmbeddedBrokerMain;

/**
 * How long an agent takes from the start of its process until a broker has accepted it: the edge distribution or its image as it is installed, a real
 * broker in another process, the agent's checkpoint kept from one start to the next. Beside each start the same runtime prints its version, which says
 * how fast this machine starts any JVM just now. The last line is JSON.
 */
public final class AgentStart {
    private static final String DEFAULTS = "--starts 20 --port 23240";
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MILLIS_PER_SECOND = 1e3;
    private static final int END_SECONDS = 10;

    private AgentStart() {}

    public static void main(String[] args) throws Exception {
        Map<String, String> options;
        try {
            options = Workplace.options(args, DEFAULTS);
        } catch (IllegalArgumentException e) {
            System.err.println("kochab: " + e.getMessage());
            System.exit(2);
            return;
        }
        int port = Integer.parseInt(options.get("--port"));
        try (Workplace place = new Workplace("agent-start");
                Child broker = Child.start("256m", EmbeddedBrokerMain.class, List.of(Integer.toString(port)))) {
            while (broker.last() == null && broker.isAlive()) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            if (!broker.isAlive()) {
                throw new IllegalStateException("the broker ended");
            }
            measure(InstalledAgent.configure(place.path("agent"), port, 10), Integer.parseInt(options.get("--starts")));
        }
        System.exit(0);
    }

    private static void measure(InstalledAgent installed, int starts) throws Exception {
        double[] wall = new double[starts];
        double[] cpu = new double[starts];
        double[] bare = new double[starts];
        connect(installed);
        for (int i = 0; i < starts; i++) {
            bare[i] = bare();
            double[] start = connect(installed);
            wall[i] = start[0];
            cpu[i] = start[1];
            System.out.printf(
                    Locale.ROOT,
                    "connected after %.3f s, %.2f s of CPU; a bare JVM %.3f s%n",
                    wall[i],
                    cpu[i],
                    bare[i]);
        }
        Arrays.sort(wall);
        Arrays.sort(cpu);
        Arrays.sort(bare);
        System.out.printf(
                Locale.ROOT,
                "{\"benchmark\":\"agent-start\",\"starts\":%d,\"connectedP50Seconds\":%.3f,\"connectedMinSeconds\":%.3f,\"connectedMaxSeconds\":%.3f,"
                        + "\"cpuP50Seconds\":%.2f,\"bareJvmP50Seconds\":%.3f,\"verified\":true}%n",
                starts,
                wall[starts / 2],
                wall[0],
                wall[starts - 1],
                cpu[starts / 2],
                bare[starts / 2]);
    }

    /** Seconds until the agent is connected, and its processor seconds until then. */
    private static double[] connect(InstalledAgent installed) throws Exception {
        long begun = System.nanoTime();
        Process agent = installed.start();
        try {
            while (installed.logged(InstalledAgent.CONNECTED).isEmpty()) {
                if (!agent.isAlive() || System.nanoTime() - begun > PATIENCE.toNanos()) {
                    throw new IllegalStateException("the agent does not connect within " + PATIENCE);
                }
                TimeUnit.MILLISECONDS.sleep(1);
            }
            double seconds = (System.nanoTime() - begun) / NANOS_PER_SECOND;
            return new double[] {seconds, Processes.cpu(agent.pid()).toMillis() / MILLIS_PER_SECOND};
        } finally {
            agent.destroy();
            if (!agent.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                agent.destroyForcibly().waitFor();
            }
        }
    }

    private static double bare() throws Exception {
        Path own = Path.of(System.getProperty("kochab.edge"), "jre");
        Path home = own.toFile().isDirectory() ? own : Path.of(System.getProperty("java.home"));
        long begun = System.nanoTime();
        new ProcessBuilder(home.resolve("bin/java").toString(), "-Xmx64m", "-XX:+UseSerialGC", "-version")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        return (System.nanoTime() - begun) / NANOS_PER_SECOND;
    }
}
