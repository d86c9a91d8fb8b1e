package org.kochab.shell.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LiveOutputTest {
    private static PrintStream shells(PrintStream console) {
        // As the shell does: whoever flushes a channel's stream does not flush what is behind the channel.
        return new PrintStream(Channels.newOutputStream(Channels.newChannel(console)), false, StandardCharsets.UTF_8);
    }

    @Test
    void whatIsFlushedArrivesAtOnce() {
        var arrived = new ByteArrayOutputStream();
        var console = new PrintStream(new BufferedOutputStream(arrived), false, StandardCharsets.UTF_8);
        var out = new PrintStream(new LiveOutput(shells(console), console), false, StandardCharsets.UTF_8);
        out.print("first …");
        assertThat(arrived.size()).isZero();
        out.flush();
        assertThat(arrived.toString(StandardCharsets.UTF_8)).isEqualTo("first …");
    }

    @Test
    void tellsThatNobodyReadsAnyMore() {
        var gone = new OutputStream() {
            private boolean broken;

            @Override
            public void write(int b) throws IOException {
                flush();
            }

            @Override
            public void flush() throws IOException {
                if (broken) {
                    throw new IOException("closed");
                }
            }
        };
        var console = new PrintStream(gone);
        var out = new PrintStream(new LiveOutput(shells(console), console), false, StandardCharsets.UTF_8);
        assertThat(out.checkError()).isFalse();
        gone.broken = true;
        assertThat(out.checkError()).isTrue();
    }
}
