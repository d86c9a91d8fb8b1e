package org.kochab.benchmarks.agents;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.kochab.identity.internal.service.Identities;
import org.kochab.mqtt.BrokerConfig;
import org.kochab.mqtt.EmbeddedBroker;
import org.kochab.mqtt.SecureListener;
import org.kochab.mqtt.internal.core.Limits;
import org.kochab.mqtt.internal.core.LoopbackAuthenticator;
import org.kochab.mqtt.internal.core.NodeTopicsAuthoriser;
import org.kochab.spi.mqtt.MqttAuthenticator;
import org.kochab.spi.mqtt.MqttPrincipal;

/**
 * Our broker with its secure listener in a process of its own, as a member has it: {@code SecureBrokerMain PORT SECURE-PORT ACCEPTS-A-SECOND IDENTITIES}. It makes
 * its own certificate, and judges agents by the directory's records. Prints {@link Doorman#line} ten times a second, and runs until killed.
 */
final class SecureBrokerMain {
    private static final long EVERY_MILLIS = 100;
    private static final String HANDSHAKES = "kochab-mqtt-tls";

    private SecureBrokerMain() {}

    public static void main(String[] arguments) throws Exception {
        Limits d = Limits.defaults();
        BrokerConfig config = BrokerConfig.loopback(Integer.parseInt(arguments[0]))
                .with(new SecureListener("127.0.0.1", Integer.parseInt(arguments[1])))
                .with(d.admitting(
                        d.connections(),
                        d.pendingConnects(),
                        Integer.parseInt(arguments[2]),
                        d.connectTimeoutMillis()));
        NodeTopicsAuthoriser authoriser = new NodeTopicsAuthoriser();
        try (Enrolment enrolment = Enrolment.read(Path.of(arguments[3]))) {
            Identities identities = enrolment.identities();
            Doorman doorman = new Doorman();
            MqttAuthenticator rules = identities.authenticator(new LoopbackAuthenticator());
            MqttAuthenticator authenticator = connection -> {
                if (connection.secure()) {
                    doorman.shook();
                }
                return rules.authenticate(connection);
            };
            try (EmbeddedBroker broker = EmbeddedBroker.start(config, () -> authenticator, () -> authoriser, () -> {
                // Asked once for each connection that the secure listener accepts.
                doorman.accepted();
                return identities.current();
            })) {
                identities.onEnd(p -> broker.disconnect(new MqttPrincipal.Node(p.resourceManager(), p.node())));
                Map<Long, Long> handshakeCpu = new HashMap<>();
                while (true) {
                    look(handshakeCpu);
                    long nanos =
                            handshakeCpu.values().stream().mapToLong(n -> n).sum();
                    System.out.println(doorman.line(TimeUnit.NANOSECONDS.toMicros(nanos)));
                    TimeUnit.MILLISECONDS.sleep(EVERY_MILLIS);
                }
            }
        }
    }

    /** CPU time of threads that make handshakes, of those that have ended too. */
    private static void look(Map<Long, Long> handshakeCpu) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null && thread.getThreadName().startsWith(HANDSHAKES)) {
                long nanos = threads.getThreadCpuTime(thread.getThreadId());
                handshakeCpu.merge(thread.getThreadId(), nanos, Math::max);
            }
        }
    }
}
