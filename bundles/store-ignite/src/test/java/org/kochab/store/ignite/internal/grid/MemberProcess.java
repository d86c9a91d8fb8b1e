package org.kochab.store.ignite.internal.grid;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.kochab.spi.cluster.MemberCalls;
import org.kochab.testkit.process.TestProcess;

/** A member in a JVM of its own: says when its store is {@code ready} and {@code withdrawn}, echoes calls, and ends when it is killed. */
final class MemberProcess {
    private static final Set<String> SAYS = Set.of("ready", "withdrawn", "closed");

    private final Process process;
    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();

    private MemberProcess(Process process) {
        this.process = process;
    }

    /** @param args {@code DIRECTORY PORT INDEX MEMBERS} */
    public static void main(String[] args) throws Exception {
        StoreLife life = new StoreLife(
                TestSettings.member(
                        Path.of(args[0]),
                        Integer.parseInt(args[1]),
                        Integer.parseInt(args[2]),
                        Integer.parseInt(args[3])),
                store -> {
                    MemberCalls calls = store.calls();
                    calls.serve("echo", (from, payload) -> CompletableFuture.completedFuture(payload));
                    calls.serve("hold", (from, payload) -> new CompletableFuture<>());
                    System.out.println("ready");
                    return () -> System.out.println("withdrawn");
                });
        // Until it is killed, or its parent is, or it is told to stop.
        while (System.in.read() >= 0) {
            life.close();
            System.out.println("closed");
        }
        Runtime.getRuntime().halt(0);
    }

    static MemberProcess start(Path directory, int port, int index, int members) throws IOException {
        List<String> options =
                new ArrayList<>(List.of(System.getProperty("kochab.test.opens").split(" ")));
        options.add("-Xmx256m");
        List<String> command = TestProcess.java(options);
        command.add(MemberProcess.class.getName());
        command.addAll(List.of(directory.toString(), "" + port, "" + index, "" + members));
        MemberProcess started = new MemberProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
        Thread reader = new Thread(started::read, "member-" + index);
        reader.setDaemon(true);
        reader.start();
        return started;
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                // Ignite says something too
                if (SAYS.contains(line)) {
                    said.add(line);
                }
            }
            said.add("ended");
        } catch (IOException e) {
            said.add("ended");
        }
    }

    void awaitReady() throws InterruptedException {
        await("ready");
    }

    /** The next thing that it says. */
    void await(String expected) throws InterruptedException {
        String line = next();
        if (!expected.equals(line)) {
            throw new AssertionError("a member said " + line + " instead of " + expected);
        }
    }

    private String next() throws InterruptedException {
        String line = said.poll(120, TimeUnit.SECONDS);
        if (line == null || line.equals("ended")) {
            throw new AssertionError("a member said " + line);
        }
        return line;
    }

    /** Sends {@code STOP} or {@code CONT}. */
    void signal(String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, "" + process.pid()).start().waitFor();
    }

    /** Stops it in order. */
    void close() throws IOException, InterruptedException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
        // On a busy machine it may have been withdrawn and opened again before.
        String last = next();
        for (String line = next(); !line.equals("closed"); line = next()) {
            last = line;
        }
        if (!last.equals("withdrawn")) {
            throw new AssertionError("a member that was " + last + " said that it was closed");
        }
        kill();
    }

    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(30, TimeUnit.SECONDS);
    }
}
