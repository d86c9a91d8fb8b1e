package org.kochab.benchmarks.function;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.kochab.api.model.PodFunction;
import org.kochab.benchmarks.common.Samples;
import org.kochab.benchmarks.common.Workplace;
import org.kochab.runtime.wasm.internal.Settings;
import org.kochab.runtime.wasm.internal.WasmDriver;
import org.kochab.spi.runtime.CallResult;
import org.kochab.spi.runtime.CallResult.Exited;
import org.kochab.spi.runtime.CallResult.Failed;
import org.kochab.spi.runtime.CallResult.Reason;
import org.kochab.spi.runtime.OutputSink;
import org.kochab.spi.runtime.TaskHandle;
import org.kochab.spi.runtime.TaskSpec;

/**
 * Calls functions as the agent does, through the driver in its own process, and compares each answer. The last line is JSON.
 *
 * <p>Cases: a call for which an instance is ready (one caller, with pauses), and by turns with it a task without content that a thread of a pool does, for
 * what the machine adds to both; a call for which there is none (a thread and an instance are made); the
 * first call after a real idle time; pod to answer with a module that was never compiled; as many calls as two callers get, each with an instance of its own;
 * how late endless loops are ended.
 */
public final class FunctionCalls {
    private static final long MEMORY = 1 << 20;
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final byte[] INPUT = "hello, node".getBytes(StandardCharsets.UTF_8);
    private static final byte[] ANSWER = "HELLO, NODE".getBytes(StandardCharsets.UTF_8);

    private final WasmDriver driver;
    private final Path directory;
    private int pods;

    private FunctionCalls(Path directory) throws Exception {
        this.directory = directory;
        driver = new WasmDriver(
                new Settings(directory.resolve("state"), 16 << 20, 4 << 20, 64, 64 << 20, 10 << 20, false));
    }

    public static void main(String[] args) throws Exception {
        Map<String, String> options = Workplace.options(
                args,
                "--warm 4000 --pause-micros 1000 --cold 500 --idle 3 --fresh 100 --seconds 3 --rounds 3 --loops 5");
        try (Workplace place = new Workplace("function")) {
            FunctionCalls calls = new FunctionCalls(Files.createDirectories(place.path("wasm")));
            try {
                System.out.println(calls.measure(options));
            } finally {
                calls.driver.close();
            }
        }
    }

    private String measure(Map<String, String> options) throws Exception {
        int seconds = number(options, "--seconds");
        TaskHandle warm = start(Programs.SHOUT, 2, 4, 10, 600);
        throughput(warm, 1);
        Samples ready = new Samples();
        Samples handed = new Samples();
        ExecutorService peer = Executors.newSingleThreadExecutor();
        for (int i = 0; i < number(options, "--warm"); i++) {
            LockSupport.parkNanos(1_000L * number(options, "--pause-micros"));
            ready.add(answer(warm));
            LockSupport.parkNanos(1_000L * number(options, "--pause-micros"));
            long began = System.nanoTime();
            peer.submit(() -> {}).get();
            handed.add(System.nanoTime() - began);
        }
        peer.shutdown();
        say("warm", ready.sort());
        say("a bare hand-over, by turns with it", handed.sort());

        TaskHandle none = start(Programs.SHOUT, 0, 4, 10, 600);
        Samples cold = new Samples();
        for (int i = 0; i < number(options, "--cold"); i++) {
            LockSupport.parkNanos(1_000L * number(options, "--pause-micros"));
            cold.add(answer(none));
        }
        say("cold", cold.sort());

        TaskHandle idle = start(Programs.SHOUT, 2, 4, 10, 1);
        Samples idled = new Samples();
        for (int i = 1; i <= number(options, "--idle"); i++) {
            awaitIdle(idle, i);
            idled.add(answer(idle));
        }
        say("after an idle time", idled.sort());

        Samples fresh = new Samples();
        for (int i = 0; i < number(options, "--fresh"); i++) {
            long began = System.nanoTime();
            TaskHandle first = start(Programs.another(i), 1, 1, 10, 600);
            answer(first);
            fresh.add(System.nanoTime() - began);
            end(first);
        }
        say("never compiled, from the pod's start", fresh.sort());

        double[] rates = new double[number(options, "--rounds")];
        for (int i = 0; i < rates.length; i++) {
            rates[i] = throughput(warm, seconds);
            System.out.printf(Locale.ROOT, "%,.0f starts a second%n", rates[i]);
        }
        Arrays.sort(rates);

        Samples late = faults(number(options, "--loops"));
        say("endless loops, beyond their time", late.sort());
        return String.format(
                Locale.ROOT,
                "{\"benchmark\":\"function\",\"heapMegabytes\":%d,\"startsPerSecond\":%.0f,\"startsPerSecondLeast\":%.0f,"
                        + "\"startsPerSecondMost\":%.0f,%s,%s,%s,\"afterIdleMaxMillis\":%.3f,%s,\"endlessLateMaxMillis\":%.1f}",
                Runtime.getRuntime().maxMemory() >> 20,
                Samples.median(rates),
                rates[0],
                rates[rates.length - 1],
                json("warm", ready),
                json("handOver", handed),
                json("cold", cold),
                millis(idled.at(1)),
                json("uncompiled", fresh),
                millis(late.at(1)));
    }

    private static int number(Map<String, String> options, String name) {
        return Integer.parseInt(options.get(name));
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }

    private static void say(String what, Samples s) {
        System.out.printf(
                Locale.ROOT,
                "%-38s p50 %8.3f ms  p99 %8.3f ms  most %8.3f ms  (%d)%n",
                what,
                millis(s.at(0.5)),
                millis(s.at(0.99)),
                millis(s.at(1)),
                s.size());
    }

    private static String json(String name, Samples s) {
        return String.format(
                Locale.ROOT,
                "\"%s\":%d,\"%sP50Millis\":%.3f,\"%sP99Millis\":%.3f,\"%sMaxMillis\":%.3f",
                name + "Calls",
                s.size(),
                name,
                millis(s.at(0.5)),
                name,
                millis(s.at(0.99)),
                name,
                millis(s.at(1)));
    }

    private TaskHandle start(byte[] module, int warm, int concurrency, int timeout, int idle) throws Exception {
        String uid = "pod-" + pods++;
        Path file = Files.write(directory.resolve(uid + ".wasm"), module);
        PodFunction f = new PodFunction(
                "function", file.toString(), List.of(), List.of(), null, warm, concurrency, timeout, idle);
        TaskSpec task = new TaskSpec(
                uid,
                "acme",
                "default",
                uid,
                0,
                f.asContainer(),
                Map.of(),
                List.of(),
                directory.resolve("tasks").resolve(uid),
                MEMORY,
                null,
                false,
                null,
                List.of(),
                null,
                f,
                List.of());
        driver.prepare(task);
        return driver.start(task);
    }

    private void end(TaskHandle handle) {
        driver.stop(handle, LONG);
        driver.remove(handle);
    }

    private CallResult call(TaskHandle handle) {
        return driver.call(handle, INPUT, LONG, () -> false);
    }

    /** @return nanoseconds it took */
    private long answer(TaskHandle handle) {
        long began = System.nanoTime();
        CallResult result = call(handle);
        long took = System.nanoTime() - began;
        if (!(result instanceof Exited e && e.exitCode() == 0 && Arrays.equals(e.output(), ANSWER))) {
            throw new IllegalStateException("a wrong answer: " + result);
        }
        return took;
    }

    /** Waits for the log's line that says so; no call is under way. */
    private void awaitIdle(TaskHandle handle, int times) {
        StringBuffer log = new StringBuffer();
        OutputSink sink =
                (error, bytes, offset, length) -> log.append(new String(bytes, offset, length, StandardCharsets.UTF_8));
        driver.logs(handle, -1, true, sink, () -> log.toString().split("no instance is ready", -1).length > times);
    }

    private double throughput(TaskHandle handle, int seconds) throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(2);
        try {
            long began = System.nanoTime();
            long until = began + seconds * 1_000_000_000L;
            List<Future<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                all.add(callers.submit(() -> {
                    int calls = 0;
                    for (; System.nanoTime() - until < 0; calls++) {
                        answer(handle);
                    }
                    return calls;
                }));
            }
            long sum = 0;
            for (Future<Integer> f : all) {
                sum += f.get();
            }
            return sum * 1e9 / (System.nanoTime() - began);
        } finally {
            callers.shutdownNow();
        }
    }

    /** @return by how much calls without end outlived their time */
    private Samples faults(int loops) throws Exception {
        TaskHandle hog = start(Programs.HOG, 1, 2, 10, 600);
        TaskHandle endless = start(Programs.ENDLESS, 1, 1, 1, 600);
        Samples late = new Samples();
        for (int i = 0; i < loops; i++) {
            long began = System.nanoTime();
            expect(call(endless), Reason.TIMED_OUT);
            late.add(System.nanoTime() - began - 1_000_000_000L);
            expect(call(hog), Reason.OUT_OF_MEMORY);
        }
        end(hog);
        end(endless);
        return late;
    }

    private static void expect(CallResult result, Reason reason) {
        if (!(result instanceof Failed f && f.reason() == reason)) {
            throw new IllegalStateException("not " + reason + ": " + result);
        }
    }
}
