package org.kochab.shell.internal.command;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;

/**
 * Where a command prints. Flushing it reaches the person who watches: the stream that the shell gives to commands hands flushes on to
 * nobody, and over ssh all would arrive at the end. It fails once that person has gone.
 */
final class LiveOutput extends OutputStream {
    private final PrintStream output;
    private final PrintStream console;

    /**
     * @param output the command's own, which may be a pipe to the next command
     * @param console the session's
     */
    LiveOutput(PrintStream output, PrintStream console) {
        this.output = output;
        this.console = console;
    }

    @Override
    public void write(int b) {
        output.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        output.write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
        if (output.checkError() || console.checkError()) {
            throw new IOException("nobody reads the output any more");
        }
    }

    /** The streams are the shell's. */
    @Override
    public void close() throws IOException {
        flush();
    }
}
