package org.kochab.chaos;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.kochab.chaos.installation.Tools;
import org.kochab.chaos.load.ChaosLoad;
import org.kochab.partition.LocalPartitions;
import org.kochab.store.ignite.internal.core.Settings;
import org.kochab.store.ignite.internal.grid.IgnitePartitionStore;

/** The real store and the real kernel in a JVM of their own, without Karaf. */
final class BareMember implements Member {
    private final int port;
    private final List<String> options;
    private final Class<?> main;

    /** One that starts quickly, on few cores. */
    BareMember(int port) {
        this(port, List.of("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"), BareMember.class);
    }

    /**
     * @param options of its JVM
     * @param main takes the directories of store and logs, the round, the seed and the port
     */
    BareMember(int port, List<String> options, Class<?> main) {
        this.port = port;
        this.options = List.copyOf(options);
        this.main = main;
    }

    @Override
    public String name() {
        return "bare";
    }

    @Override
    public Process start(Path store, Path logs, int round, long seed) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Tools.jdk("java"));
        command.addAll(
                List.of(System.getProperty("kochab.chaos.opens", "").trim().split("\\s+")));
        command.addAll(options);
        command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
        command.addAll(List.of("-cp", absolute(System.getProperty("java.class.path")), main.getName()));
        command.addAll(List.of(store.toString(), logs.toString(), "" + round, "" + seed, "" + port));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        logs.resolve("member.txt").toFile()))
                .start();
    }

    private static String absolute(String classPath) {
        List<String> elements = new ArrayList<>();
        for (String element : classPath.split(File.pathSeparator)) {
            elements.add(Path.of(element).toAbsolutePath().toString());
        }
        return String.join(File.pathSeparator, elements);
    }

    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[4]);
        IgnitePartitionStore store = IgnitePartitionStore.open(Settings.alone("bare", Path.of(args[0]), port, 128));
        LocalPartitions partitions = LocalPartitions.start(store);
        ChaosLoad.start(
                partitions.partition("tp-1"), Path.of(args[1]), Integer.parseInt(args[2]), 8, Long.parseLong(args[3]));
    }
}
