package org.kochab.benchmarks.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * {@code Keep NAME DIRECTORY REVISION COMMAND}: passes on what a benchmark prints and adds to its last line, which is JSON, how and where it was run.
 * That line is printed and appended to {@code DIRECTORY/NAME.jsonl}.
 */
public final class Keep {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Keep() {}

    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        double before = loadAverage();
        String last = passOn(in, out);
        if (last == null) {
            System.err.println("kochab: the benchmark has printed nothing");
            System.exit(1);
        }
        try {
            String line = JSON.writeValueAsString(describe(last, args[0], args[2], args[3], before));
            Files.createDirectories(Path.of(args[1]));
            Files.writeString(
                    Path.of(args[1], args[0] + ".jsonl"),
                    line + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            out.println(line);
        } catch (JsonProcessingException e) {
            out.println(last);
            System.err.println("kochab: the benchmark has ended without a result");
            System.exit(1);
        }
    }

    /** Prints all lines but the last, each as soon as the next one is there. */
    static String passOn(BufferedReader in, PrintStream out) throws IOException {
        String last = in.readLine();
        for (String next = last; (next = in.readLine()) != null; last = next) {
            out.println(last);
        }
        return last;
    }

    static ObjectNode describe(String last, String name, String revision, String command, double loadBefore)
            throws JsonProcessingException {
        JsonNode result = JSON.readTree(last);
        if (!result.isObject()) {
            throw new com.fasterxml.jackson.core.JsonParseException(null, "not an object: " + last);
        }
        ObjectNode all = JSON.createObjectNode();
        all.put("benchmark", name);
        all.setAll((ObjectNode) result);
        all.put("command", command);
        all.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        all.put("revision", revision);
        all.put("loadBefore", loadBefore);
        all.put("loadAfter", loadAverage());
        all.put("cores", Runtime.getRuntime().availableProcessors());
        all.put("jdk", System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
        return all;
    }

    /** Of the last minute. */
    private static double loadAverage() {
        return Math.round(100 * ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()) / 100.0;
    }
}
