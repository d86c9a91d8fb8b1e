package org.kochab.hosttasks;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Starts programs by a shell that is kept and told what to start. A fork of it costs little, while this JVM starts a program of its own for each that it is to
 * start; and what it starts is nobody's child. It ends when this process does, or when nothing can be written to it any more. Thread-safe; blocks while the shell
 * takes in a command.
 */
final class Launcher implements AutoCloseable {
    private final ProcessBuilder builder;
    private @Nullable Process shell;

    /** @param builder of a process with the environment that programs are to have */
    Launcher(ProcessBuilder builder) {
        this.builder = builder.command("sh")
                .redirectInput(ProcessBuilder.Redirect.PIPE)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
    }

    /**
     * Starts a program without input and output, and does not wait for it: whether it could be started is for the caller to see from what it does.
     *
     * @throws IOException if there is no shell
     */
    synchronized void start(List<String> words) throws IOException {
        // The shell between the two is waited for at once, the program never: no list of children grows.
        StringBuilder command = new StringBuilder("(");
        for (String word : words) {
            command.append(Entry.quote(word)).append(' ');
        }
        byte[] line =
                command.append("</dev/null >/dev/null 2>&1 &)\n").toString().getBytes(StandardCharsets.UTF_8);
        if (shell != null && shell.isAlive()) {
            try {
                write(shell, line);
                return;
            } catch (IOException e) {
                // It was killed a moment ago.
                shell.destroyForcibly();
            }
        }
        shell = builder.start();
        write(shell, line);
    }

    private static void write(Process shell, byte[] line) throws IOException {
        OutputStream in = shell.getOutputStream();
        in.write(line);
        in.flush();
    }

    @Override
    public synchronized void close() {
        if (shell != null) {
            shell.destroy();
        }
    }
}
