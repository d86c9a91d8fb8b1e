package org.kochab.chaos.requests;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A process of its own that asks for too much: from a line {@code go} on its input until the next line, to which it answers with what became of it. Ends with its
 * input.
 */
final class Flood {
    private static final double LONG = 86_400;

    private Flood() {}

    /** @param args a kubeconfig, requests a second, connections */
    public static void main(String[] args) throws IOException, InterruptedException, ExecutionException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        ExecutorService one = Executors.newSingleThreadExecutor();
        try (Load load = new Load(Server.of(Path.of(args[0])), Integer.parseInt(args[2]), new ConfigMaps())) {
            load.prepare();
            System.out.println("ready");
            while (in.readLine() != null) {
                long begun = System.nanoTime();
                Future<Tally> running = one.submit(() -> Tally.all(load.run(Double.parseDouble(args[1]), LONG)));
                String ended = in.readLine();
                load.stop();
                Tally tally = running.get();
                System.out.println(new Report(tally, (System.nanoTime() - begun) / 1e9).line());
                if (ended == null) {
                    break;
                }
            }
        } finally {
            one.shutdownNow();
        }
    }

    /** One flood. */
    record Report(long asked, long done, long refused, long silent, long failed, double seconds) {
        static final Report NONE = new Report(0, 0, 0, 0, 0, 0);

        Report(Tally tally, double seconds) {
            this(tally.asked(), tally.done(), tally.refused(), tally.silent(), tally.failed(), seconds);
        }

        String line() {
            return asked + " " + done + " " + refused + " " + silent + " " + failed + " " + seconds;
        }

        static Report of(String line) {
            String[] parts = line.split(" ");
            return new Report(
                    Long.parseLong(parts[0]),
                    Long.parseLong(parts[1]),
                    Long.parseLong(parts[2]),
                    Long.parseLong(parts[3]),
                    Long.parseLong(parts[4]),
                    Double.parseDouble(parts[5]));
        }

        Report plus(Report o) {
            return new Report(
                    asked + o.asked,
                    done + o.done,
                    refused + o.refused,
                    silent + o.silent,
                    failed + o.failed,
                    seconds + o.seconds);
        }
    }
}
