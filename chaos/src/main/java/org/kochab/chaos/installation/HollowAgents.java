package org.kochab.chaos.installation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Nodes of {@code ./kochab bench agents} in a process of their own: they say over MQTT what nodes say, that pods run, and start nothing. Each has 4 CPUs, 32 GiB and
 * room for 110 pods. One thread.
 */
public final class HollowAgents implements AutoCloseable {
    private static final String AGENCY = "org.kochab.benchmarks.agents.Agency";
    private static final String MANAGER = "rm-1";
    /** As managers announce it. */
    private static final int HEARTBEAT_MILLIS = 5_000;

    private static final int CONNECTS_A_SECOND = 100;
    private static final int END_SECONDS = 20;
    /** Of 110 that each takes. */
    private static final int PODS_A_NODE = 96;

    private final Process process;

    private HollowAgents(Process process) {
        this.process = process;
    }

    /** How many nodes so many pods need. */
    public static int nodesFor(int pods) {
        return pods / PODS_A_NODE + 1;
    }

    /**
     * Starts them; they connect one after the other.
     *
     * @param agency their class path
     * @param port of the broker on this machine
     * @param log where they print
     */
    public static HollowAgents start(String agency, int nodes, int port, Path log) throws IOException {
        return new HollowAgents(new ProcessBuilder(
                        Tools.jdk("java"),
                        "-Xmx700m",
                        "-XX:+UseSerialGC",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                        "-cp",
                        agency,
                        AGENCY,
                        MANAGER,
                        "0",
                        "" + nodes,
                        "" + HEARTBEAT_MILLIS,
                        "" + CONNECTS_A_SECOND,
                        "0",
                        "-",
                        "" + port)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start());
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
