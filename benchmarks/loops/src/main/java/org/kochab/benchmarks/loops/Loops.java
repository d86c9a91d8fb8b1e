package org.kochab.benchmarks.loops;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.kochab.benchmarks.common.Workplace;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs the loops one after the other, each in a JVM of its own. The last line is JSON: microseconds a call and their error at 99.9 %. */
public final class Loops {
    private Loops() {}

    public static void main(String[] args) throws RunnerException {
        Map<String, String> options;
        try {
            options = Workplace.options(args, "--only . --seconds 1");
        } catch (IllegalArgumentException e) {
            System.err.println("kochab: " + e.getMessage());
            System.exit(2);
            return;
        }
        TimeValue time = TimeValue.seconds(Long.parseLong(options.get("--seconds")));
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(options.get("--only"))
                        .mode(Mode.AverageTime)
                        .timeUnit(TimeUnit.MICROSECONDS)
                        .forks(1)
                        .warmupIterations(5)
                        .warmupTime(time)
                        .measurementIterations(10)
                        .measurementTime(time)
                        .build())
                .run();
        System.out.println(results.stream()
                .map(Loops::figure)
                .collect(Collectors.joining(",", "{\"benchmark\":\"loops\",\"microseconds\":{", "}}")));
    }

    private static String figure(RunResult result) {
        String[] names = result.getParams().getBenchmark().split("\\.");
        String parameters = result.getParams().getParamsKeys().stream()
                .map(key -> ":" + result.getParams().getParam(key))
                .collect(Collectors.joining());
        return String.format(
                Locale.ROOT,
                "\"%s.%s%s\":[%.3f,%.3f]",
                names[names.length - 2],
                names[names.length - 1],
                parameters,
                result.getPrimaryResult().getScore(),
                result.getPrimaryResult().getScoreError());
    }
}
