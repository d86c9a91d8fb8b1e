package org.kochab.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The product: an unpacked control-plane distribution with the load's feature on top. */
final class KarafMember implements Member {
    private final Path home;
    private final int port;

    /**
     * Prepares a freshly unpacked distribution.
     *
     * @param loadBundle the jar of kochab-chaos-load
     * @param version its version
     */
    KarafMember(Path home, Path loadBundle, String version, int port) throws IOException {
        this.home = home.toAbsolutePath();
        this.port = port;
        Distribution.addLoad(home, loadBundle, version);
        // no port of another member on this machine
        set("org.apache.karaf.shell.cfg", "sshPort", "" + (port + 2));
        set("org.kochab.mqtt.broker.cfg", "port", "" + mqttPort());
        set("org.kochab.rm.cfg", "broker.uris", "tcp://127.0.0.1:" + mqttPort());
        set("org.kochab.gateway.cfg", "port", "" + (port + 4));
    }

    int mqttPort() {
        return port + 3;
    }

    /** Sets a key of a file in {@code etc}. */
    void set(String file, String key, String value) throws IOException {
        Path path = home.resolve("etc").resolve(file);
        List<String> lines = new ArrayList<>();
        if (Files.exists(path)) {
            for (String line : Files.readAllLines(path)) {
                if (!line.replace(" ", "").startsWith(key + "=")) {
                    lines.add(line);
                }
            }
        }
        lines.add(key + " = " + value);
        Files.write(path, lines);
    }

    @Override
    public String name() {
        return "karaf";
    }

    @Override
    public Process start(Path store, Path logs, int round, long seed) throws IOException {
        set("org.kochab.chaos.load.cfg", "directory", logs.toString());
        set("org.kochab.chaos.load.cfg", "round", "" + round);
        set("org.kochab.chaos.load.cfg", "seed", "" + seed);
        return start(store, logs, Map.of());
    }

    /**
     * Starts it without saying what its load is.
     *
     * @param environment more variables
     */
    Process start(Path store, Path logs, Map<String, String> environment) throws IOException {
        set("org.kochab.store.ignite.cfg", "directory", store.toString());
        set("org.kochab.store.ignite.cfg", "discoveryPort", "" + port);
        set("org.kochab.store.ignite.cfg", "communicationPort", "" + (port + 1));
        ProcessBuilder builder = new ProcessBuilder(home.resolve("bin/karaf").toString(), "server");
        // the script becomes the JVM, so that signals reach it
        builder.environment().put("KARAF_EXEC", "exec");
        builder.environment().keySet().removeIf(name -> name.startsWith("KARAF_") && !name.equals("KARAF_EXEC"));
        builder.environment().putAll(environment);
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        logs.resolve("member.txt").toFile()))
                .start();
    }
}
