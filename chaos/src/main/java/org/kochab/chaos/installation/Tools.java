package org.kochab.chaos.installation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Other programs, a minute at most each. Any thread. */
public final class Tools {
    private static final int SECONDS = 60;

    private Tools() {}

    /**
     * What a program prints on both its outputs.
     *
     * @param scratch a file that is not there, for its output
     * @throws IOException if it does not start or end
     */
    public static String run(List<String> command, Path scratch) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(new ArrayList<>(command))
                .redirectErrorStream(true)
                .redirectOutput(scratch.toFile())
                .start();
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", command) + " did not end");
        }
        String text = Files.readString(scratch, UTF_8);
        Files.delete(scratch);
        return text;
    }

    /** What a virtual machine answers to a command of the JDK's jcmd; as {@link #run}. */
    public static String jcmd(long pid, String command, Path scratch) throws IOException, InterruptedException {
        return run(List.of(jdk("jcmd"), Long.toString(pid), command), scratch);
    }

    /** A program of the JDK that this runs on. */
    public static String jdk(String program) {
        return Path.of(System.getProperty("java.home"), "bin", program).toString();
    }
}
