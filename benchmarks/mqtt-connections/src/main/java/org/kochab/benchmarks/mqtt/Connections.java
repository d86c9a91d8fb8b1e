package org.kochab.benchmarks.mqtt;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Starts our broker in a process of its own on a free port, lets {@link ConnectionLoad} connect to it, and ends it. */
public final class Connections {
    private static final String LISTENING = "listening on ";

    private record Options(int connections, int inFlight, int hold, String heap) {
        static Options parse(String[] args) {
            int connections = 5_000;
            int inFlight = 500;
            int hold = 5;
            String heap = "1g";
            for (int i = 0; i < args.length; i++) {
                String value = i + 1 < args.length ? args[i + 1] : "";
                switch (args[i++]) {
                    case "--connections" -> connections = Integer.parseInt(value);
                    case "--in-flight" -> inFlight = Integer.parseInt(value);
                    case "--hold" -> hold = Integer.parseInt(value);
                    case "--broker-heap" -> heap = value;
                    default ->
                        throw new IllegalArgumentException("unknown option " + args[i - 1]
                                + "; known: --connections N --in-flight N --hold SECONDS --broker-heap SIZE");
                }
            }
            return new Options(connections, inFlight, hold, heap);
        }
    }

    private Connections() {}

    public static void main(String[] args) throws Exception {
        Options options = options(args);
        Process broker = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + options.heap,
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EmbeddedBrokerMain.class.getName(),
                        "0")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            ConnectionLoad.run(port(broker), options.connections, options.inFlight, (int) broker.pid(), options.hold);
        } finally {
            broker.destroy();
            if (!broker.waitFor(10, TimeUnit.SECONDS)) {
                broker.destroyForcibly();
            }
        }
    }

    private static Options options(String[] args) {
        try {
            return Options.parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println("kochab: " + e.getMessage());
            System.exit(2);
            throw e;
        }
    }

    private static int port(Process broker) throws IOException {
        BufferedReader out = new BufferedReader(new InputStreamReader(broker.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        if (line == null || !line.startsWith(LISTENING)) {
            throw new IOException("the broker has not started: " + line);
        }
        return Integer.parseInt(line.substring(LISTENING.length()));
    }
}
