package org.kochab.hosttasks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.kochab.spi.runtime.OutputSink;
import org.kochab.spi.runtime.StopSignal;

/** What one command reads and writes, a thread a stream; its output is passed on in turn. */
public final class CommandStreams {
    private static final int BLOCK = 8 * 1024;
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

    /** The command reads it to its end; one that reads nothing holds it up. */
    public void feed(InputStream input, OutputStream command) {
        start(() -> {
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

    /** Passes on what it writes to one of its outputs. */
    public void pass(InputStream output, boolean error) {
        outputs.add(start(() -> {
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

    private Thread start(Runnable copying) {
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
