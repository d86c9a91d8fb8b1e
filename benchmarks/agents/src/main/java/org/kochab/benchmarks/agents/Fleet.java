package org.kochab.benchmarks.agents;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.kochab.benchmarks.bind.Plane;
import org.kochab.benchmarks.common.Processes;
import org.kochab.benchmarks.mqtt.EmbeddedBrokerMain;

/** The processes of a run: brokers, and agencies with hollow agents. One thread. */
final class Fleet implements AutoCloseable {
    private static final int AGENTS_A_PROCESS = 15_000;
    /** Each of these has a TLS engine with its buffers in the heap. */
    private static final int SECURE_AGENTS_A_PROCESS = 2_500;

    private static final int BROKERS_FROM = 10;
    private static final int SECURE_FROM = 40;

    /**
     * What is the same for all.
     *
     * @param port the first of those that may be used
     * @param accepts connections that a broker's secure listener takes in a second
     * @param identities where agents and brokers find theirs; empty for no TLS
     */
    record Setup(
            int port,
            int brokers,
            int accepts,
            int heartbeatSeconds,
            int connectsPerSecond,
            int changes,
            Optional<Path> identities) {}

    private final Setup setup;
    private final List<Child> brokers = new ArrayList<>();
    private final List<Child> agencies = new ArrayList<>();

    Fleet(Setup setup) throws IOException {
        this.setup = setup;
        for (int i = 0; i < setup.brokers; i++) {
            brokers.add(broker(i));
        }
    }

    private int port(int broker) {
        return setup.port + BROKERS_FROM + broker;
    }

    private int securePort(int broker) {
        return setup.port + SECURE_FROM + broker;
    }

    /** Where the brokers listen for the manager. */
    List<Integer> ports() {
        return IntStream.range(0, setup.brokers).mapToObj(this::port).toList();
    }

    private Child broker(int number) throws IOException {
        String port = Integer.toString(port(number));
        if (setup.identities.isEmpty()) {
            return Child.start("1g", EmbeddedBrokerMain.class, List.of(port));
        }
        return Child.start(
                "1g",
                SecureBrokerMain.class,
                List.of(
                        port,
                        Integer.toString(securePort(number)),
                        Integer.toString(setup.accepts),
                        setup.identities.get().toString()));
    }

    void startAgents(int agents) throws IOException {
        int most = setup.identities.isPresent() ? SECURE_AGENTS_A_PROCESS : AGENTS_A_PROCESS;
        for (int first = 0; first < agents; first += most) {
            int count = Math.min(most, agents - first);
            List<String> arguments = new ArrayList<>(List.of(
                    Plane.MANAGER,
                    Integer.toString(first),
                    Integer.toString(count),
                    Integer.toString(1_000 * setup.heartbeatSeconds),
                    Integer.toString(Math.max(1, setup.connectsPerSecond * count / agents)),
                    Integer.toString(setup.changes),
                    setup.identities.map(Path::toString).orElse(Agency.NO_TLS)));
            for (int i = 0; i < setup.brokers; i++) {
                arguments.add(Integer.toString(setup.identities.isPresent() ? securePort(i) : port(i)));
            }
            agencies.add(Child.start("700m", Agency.class, arguments));
        }
    }

    /** {@code kill -9} of the first broker, and its start. */
    void restartBroker() throws IOException {
        brokers.get(0).close();
        brokers.set(0, broker(0));
    }

    boolean brokersListen() {
        return brokers.stream().allMatch(b -> b.last() != null);
    }

    /** What the first broker's secure listener counted since its start. */
    Doorman.Tally tally() {
        return Doorman.Tally.of(Objects.requireNonNull(brokers.get(0).last(), "the broker does not listen yet"));
    }

    /** Of all agencies' last lines, the sum of a column. */
    int count(Counts.Column column) {
        return agencies.stream()
                .map(Child::last)
                .filter(Objects::nonNull)
                .mapToInt(line -> Counts.of(line, column))
                .sum();
    }

    /** Whether none of the processes has ended. */
    boolean isAlive() {
        return Stream.concat(brokers.stream(), agencies.stream()).allMatch(Child::isAlive);
    }

    /** Kilobytes of memory that the brokers take. */
    long resident() throws IOException {
        long kilobytes = 0;
        for (Child broker : brokers) {
            kilobytes += Processes.residentKilobytes(broker.pid());
        }
        return kilobytes;
    }

    /** Bytes that live in the brokers' heaps. */
    long heap() throws IOException {
        long bytes = 0;
        for (Child broker : brokers) {
            bytes += broker.liveBytes();
        }
        return bytes;
    }

    long brokerCpuMillis() {
        return brokers.stream()
                .mapToLong(broker -> Processes.cpu(broker.pid()).toMillis())
                .sum();
    }

    @Override
    public void close() {
        agencies.forEach(Child::close);
        brokers.forEach(Child::close);
    }
}
