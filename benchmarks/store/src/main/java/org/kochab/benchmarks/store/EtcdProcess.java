package org.kochab.benchmarks.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An etcd member with its defaults, so with fsync, on two loopback ports and a directory of its own. It ends with this process at the latest. */
final class EtcdProcess implements AutoCloseable {
    private static final String NO_PROGRAM =
            "etcd is not installed: apt-get install --no-install-recommends etcd-server, or say where it is with --etcd PATH";

    private final Process process;
    private final Path log;
    private final Thread atEnd;

    private EtcdProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
        this.atEnd = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(atEnd);
    }

    static EtcdProcess start(String program, Path directory, int port) throws IOException {
        Files.createDirectories(directory);
        Path log = directory.resolve("etcd.log");
        String clients = "http://127.0.0.1:" + port;
        String peers = "http://127.0.0.1:" + (port + 1);
        ProcessBuilder builder = new ProcessBuilder(List.of(
                program,
                "--data-dir",
                directory.resolve("data").toString(),
                "--listen-client-urls",
                clients,
                "--advertise-client-urls",
                clients,
                "--listen-peer-urls",
                peers,
                "--initial-advertise-peer-urls",
                peers,
                "--initial-cluster",
                "default=" + peers,
                // the default of 2 GiB is less than a long run writes
                "--quota-backend-bytes",
                Long.toString(8L << 30),
                "--log-level",
                "error"));
        try {
            return new EtcdProcess(
                    builder.redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start(),
                    log);
        } catch (IOException e) {
            throw new IOException(NO_PROGRAM, e);
        }
    }

    /** The first line of {@code etcd --version}. */
    static String version(String program) throws IOException {
        try {
            Process asked = new ProcessBuilder(program, "--version")
                    .redirectErrorStream(true)
                    .start();
            String first = new String(asked.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse("");
            return first.replaceAll("[^0-9.]", "");
        } catch (IOException e) {
            throw new IOException(NO_PROGRAM, e);
        }
    }

    Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** The end of what it has logged. */
    String said() throws IOException {
        String all = Files.readString(log);
        return all.substring(Math.max(0, all.length() - 2_000));
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
        Runtime.getRuntime().removeShutdownHook(atEnd);
    }
}
