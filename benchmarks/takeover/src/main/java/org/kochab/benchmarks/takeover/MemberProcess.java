package org.kochab.benchmarks.takeover;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A {@link Plane} in a JVM of its own. */
final class MemberProcess {
    private static final long PATIENCE_SECONDS = 300;

    /** @param nanos on the machine's monotonic clock */
    record Said(long nanos, String what) {}

    final String name;
    private final Process process;
    private final BlockingQueue<Said> said = new LinkedBlockingQueue<>();

    private MemberProcess(String name, Process process) {
        this.name = name;
        this.process = process;
    }

    static MemberProcess start(Path directory, int index, List<String> settings, List<String> jvm) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Plane.class.getName()));
        command.addAll(List.of(directory.toString(), settings.get(0), "" + index, settings.get(1), settings.get(2)));
        MemberProcess member = new MemberProcess(
                Plane.name(index),
                new ProcessBuilder(command)
                        .redirectError(
                                directory.resolve(Plane.name(index) + ".log").toFile())
                        .start());
        Thread reader = new Thread(member::read, "member-" + member.name);
        reader.setDaemon(true);
        reader.start();
        return member;
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("@ ")) {
                    String[] parts = line.split(" ", 3);
                    said.add(new Said(Long.parseLong(parts[1]), parts[2]));
                }
            }
        } catch (IOException e) {
            // it was killed
        }
    }

    void tell(String what) throws IOException {
        process.getOutputStream().write((what + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** The next thing that begins with one of some words, separated by bars; what else it says is left out. */
    Said await(String word) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            Said next = said.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            if (next == null) {
                throw new IllegalStateException("member " + name + " did not say " + word + ": look at its log");
            }
            if (Arrays.stream(word.split("[|]")).anyMatch(next.what()::startsWith)) {
                return next;
            }
        }
    }

    /** Something of that kind, if it has been said before now and is not yet read. */
    Optional<Said> heard(String word) {
        return said.stream().filter(s -> s.what().startsWith(word)).findFirst();
    }

    Said ask(String what, String word) throws IOException, InterruptedException {
        tell(what);
        return await(word);
    }

    /** @return when */
    long kill() throws InterruptedException {
        long now = System.nanoTime();
        process.destroyForcibly();
        process.waitFor(30, TimeUnit.SECONDS);
        return now;
    }
}
