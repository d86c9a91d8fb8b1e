package org.kochab.hosttasks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.runtime.OutputSink;
import org.kochab.spi.runtime.StopSignal;

/** What one command reads and writes, a thread a stream; its output is passed on in turn. */
public final class CommandStreams {
    private static final int BLOCK = 8 * 1024;
    private static final long LOOK_EVERY_MILLIS = 50;
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** So many looks in a row: one alone may be over at once, after a pause of the machine. */
    private static final int QUIET_LOOKS = 3;

    private final String threadName;
    private final OutputSink sink;
    private final List<Thread> outputs = new ArrayList<>();
    private final AtomicLong begun = new AtomicLong();
    private final AtomicLong taken = new AtomicLong();

    public CommandStreams(String threadName, OutputSink sink) {
        this.threadName = threadName;
        this.sink = sink;
    }

    /**
     * Starts the command, and reads and feeds it from now on.
     *
     * @param input which it reads to its end, and holds up if it reads nothing; null if it has what the builder says
     */
    public Process start(ProcessBuilder builder, @Nullable InputStream input) throws IOException {
        if (input != null) {
            builder.redirectInput(ProcessBuilder.Redirect.PIPE);
        }
        Process process = builder.start();
        if (input != null) {
            feed(input, process.getOutputStream());
        }
        pass(process.getInputStream(), false);
        pass(process.getErrorStream(), true);
        return process;
    }

    /** @return whether it has ended by then, before somebody wanted it to stop */
    public static boolean ends(Process process, long end, StopSignal stop) throws InterruptedException {
        while (!process.waitFor(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
            if (System.nanoTime() - end > 0 || stop.stopped()) {
                return false;
            }
        }
        return true;
    }

    private void feed(InputStream input, OutputStream command) {
        run(() -> {
            byte[] block = new byte[BLOCK];
            try (command) {
                for (int n = input.read(block); n >= 0; n = input.read(block)) {
                    command.write(block, 0, n);
                    command.flush();
                }
            } catch (IOException e) {
                // The command has ended, or reads no more.
                return;
            }
        });
    }

    private void pass(InputStream output, boolean error) {
        outputs.add(run(() -> {
            byte[] block = new byte[BLOCK];
            try (output) {
                for (int n = output.read(block); n >= 0; n = output.read(block)) {
                    begun.incrementAndGet();
                    synchronized (this) {
                        sink.output(error, block, 0, n);
                    }
                    taken.incrementAndGet();
                }
            } catch (IOException e) {
                // The command was killed: there is no more output.
                return;
            }
        }));
    }

    private Thread run(Runnable copying) {
        Thread thread = new Thread(copying, threadName);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /**
     * Returns when all is taken that a command which has ended has written, however slow the sink. What it has left behind may keep its outputs open for
     * ever: when nothing comes for some seconds, nobody listens or its time is over, there is no more.
     *
     * @param end of its time, by {@link System#nanoTime}
     */
    public void await(long end, StopSignal stop) throws InterruptedException {
        long seen = -1;
        int quiet = 0;
        while (quiet < QUIET_LOOKS && !ended()) {
            long now = taken.get();
            boolean over = stop.stopped() || System.nanoTime() - end > 0;
            quiet = over || now == seen && now == begun.get() ? quiet + 1 : 0;
            seen = now;
        }
    }

    /** Waits a while. */
    private boolean ended() throws InterruptedException {
        long last = System.nanoTime() + LOOK_NANOS;
        for (Thread thread : outputs) {
            thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(last - System.nanoTime())));
        }
        return outputs.stream().noneMatch(Thread::isAlive);
    }
}
