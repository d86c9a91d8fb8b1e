package org.kochab.chaos.cluster;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.kochab.chaos.Faketime;

/** A member: the control-plane distribution with the clients' feature on top; one of several is in a network namespace of its own. */
final class ClusterMember {
    private static final int END_SECONDS = 30;
    private static final String HEAP = "256m";

    private final Path home;
    private final Path base;
    private final List<String> prefix;
    private final Map<String, String> environment;
    private Optional<Process> process = Optional.empty();
    private boolean mounted;

    /**
     * @param home the distribution, shared by all members and only read
     * @param base what is this member's alone
     * @param prefix of the command that starts it
     */
    ClusterMember(Path home, Path base, List<String> prefix, Map<String, String> environment) {
        this.home = home;
        this.base = base;
        this.prefix = List.copyOf(prefix);
        this.environment = new HashMap<>(environment);
    }

    /** Writes configuration files over those of the distribution; {@code FILE} to its further lines. */
    void configure(Map<String, List<String>> files) throws IOException {
        Path etc = Files.createDirectories(base.resolve("etc"));
        try (var all = Files.list(home.resolve("etc"))) {
            for (Path file : (Iterable<Path>) all::iterator) {
                if (Files.isRegularFile(file)) {
                    Files.copy(file, etc.resolve(file.getFileName()));
                }
            }
        }
        for (Map.Entry<String, List<String>> file : files.entrySet()) {
            Path path = etc.resolve(file.getKey());
            String before = Files.exists(path) ? Files.readString(path) : "";
            Files.writeString(path, before + "\n" + String.join("\n", file.getValue()) + "\n");
        }
    }

    void start() throws IOException {
        Files.createDirectories(base.resolve("data"));
        Files.createDirectories(base.resolve("log"));
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(home.resolve("bin/karaf").toString(), "server"));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("KARAF_") || name.startsWith("KOCHAB_"));
        builder.environment()
                .putAll(Map.of(
                        // the script, and what is before it, become the JVM, so that signals reach it
                        "KARAF_EXEC",
                        "exec",
                        "KARAF_BASE",
                        base.toString(),
                        "KARAF_ETC",
                        base.resolve("etc").toString(),
                        "KARAF_DATA",
                        base.resolve("data").toString(),
                        "KARAF_LOG",
                        base.resolve("log").toString(),
                        "CHECK_ROOT_INSTANCE_RUNNING",
                        "false",
                        // several JVMs start again and again on few cores
                        "JAVA_OPTS",
                        "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
                        "JAVA_MIN_MEM",
                        HEAP,
                        "JAVA_MAX_MEM",
                        HEAP));
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        base.resolve("log/console.txt").toFile()));
        process = Optional.of(builder.start());
    }

    /** Where its store is, on a disk of its own. */
    Path store() {
        return disk().resolve("store");
    }

    private Path disk() {
        return base.resolve("disk");
    }

    /**
     * Gives it a clock of its own, once it is configured and before its first start: of the time of day; the monotonic clock stays the machine's, by which clients' logs are compared.
     *
     * @throws IOException if libfaketime is not installed
     */
    void giveClock() throws IOException {
        setClock(0);
        environment.putAll(Faketime.environment());
        environment.put("FAKETIME_TIMESTAMP_FILE", clock().toString());
        environment.put("FAKETIME_CACHE_DURATION", "1");
    }

    /** Whether it runs or not, its clock is so far from the machine's from about a second on. */
    void setClock(int seconds) throws IOException {
        // In place of the former: a file half written is no time.
        Path next = Files.writeString(base.resolve("clock.next"), (seconds < 0 ? "" : "+") + seconds);
        Files.move(next, clock(), StandardCopyOption.ATOMIC_MOVE);
    }

    private Path clock() {
        return base.resolve("clock");
    }

    /** Gives it a small disk, before its first start. */
    void mountDisk(int megabytes) throws IOException, InterruptedException {
        Files.createDirectories(disk());
        Shell.run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "kochab-chaos", disk().toString());
        mounted = true;
    }

    /** Leaves no free byte on its disk. */
    void fillDisk() throws IOException {
        try (FileChannel file =
                FileChannel.open(disk().resolve("fill"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer zeros = ByteBuffer.allocate(1 << 20);
            while (file.write(zeros.clear()) > 0) {
                continue;
            }
        } catch (IOException full) {
            // which is what was wanted
        }
    }

    void freeDisk() throws IOException {
        Files.delete(disk().resolve("fill"));
    }

    /** Changes random bytes of its store's files; the member does not run. */
    void flip(int bytes, Random random) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(store())) {
            files = all.filter(f -> f.toFile().length() > 0 && Files.isRegularFile(f))
                    .sorted()
                    .toList();
        }
        for (int i = 0; i < bytes; i++) {
            Path path = files.get(random.nextInt(files.size()));
            try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                long at = (long) (random.nextDouble() * file.size());
                ByteBuffer one = ByteBuffer.allocate(1);
                file.read(one, at);
                one.put(0, (byte) (one.get(0) ^ 1 << random.nextInt(8)));
                file.write(one.flip(), at);
            }
        }
    }

    void close() throws IOException, InterruptedException {
        kill();
        if (mounted) {
            Shell.run("umount", disk().toString());
            mounted = false;
        }
    }

    boolean isAlive() {
        return process.map(Process::isAlive).orElse(false);
    }

    void signal(String name) throws IOException, InterruptedException {
        Shell.run("kill", "-" + name, "" + process.orElseThrow().pid());
    }

    /** SIGKILL; does nothing if it does not run. */
    void kill() throws InterruptedException {
        end(true);
    }

    /** Ends it in order, as an operator does. */
    void stop() throws InterruptedException {
        end(false);
    }

    private void end(boolean forcibly) throws InterruptedException {
        if (process.isEmpty()) {
            return;
        }
        Process ended = process.get();
        if (forcibly) {
            ended.destroyForcibly();
        } else {
            ended.destroy();
        }
        if (!ended.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
            ended.destroyForcibly();
            ended.waitFor(END_SECONDS, TimeUnit.SECONDS);
        }
        process = Optional.empty();
    }
}
