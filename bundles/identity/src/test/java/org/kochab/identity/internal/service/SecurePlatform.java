package org.kochab.identity.internal.service;

import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.kochab.agent.internal.loop.Agent;
import org.kochab.agent.internal.node.Settings;
import org.kochab.api.codec.Codec;
import org.kochab.api.identity.JoinToken;
import org.kochab.api.identity.TokenSpec;
import org.kochab.api.link.Enrol;
import org.kochab.api.link.Enrolled;
import org.kochab.api.model.Node;
import org.kochab.api.model.PodSpec;
import org.kochab.api.node.Claim;
import org.kochab.api.node.ClaimAnswer;
import org.kochab.api.node.ClaimRequest;
import org.kochab.api.node.NodeKeys;
import org.kochab.api.node.Reading;
import org.kochab.codec.JacksonCodec;
import org.kochab.identity.internal.authority.HostNames;
import org.kochab.identity.internal.authority.Requests;
import org.kochab.mqtt.BrokerConfig;
import org.kochab.mqtt.EmbeddedBroker;
import org.kochab.mqtt.SecureListener;
import org.kochab.mqtt.internal.core.LoopbackAuthenticator;
import org.kochab.mqtt.internal.core.NodeTopicsAuthoriser;
import org.kochab.partition.LocalPartitions;
import org.kochab.rm.LinkedResourceManager;
import org.kochab.spi.mqtt.MqttAuthenticator;
import org.kochab.spi.mqtt.MqttPrincipal;
import org.kochab.store.memory.MemoryStore;

/** A member with its kernel, its broker with a secure listener, its identities, and {@code rm-1}, which reaches the broker over TLS too. */
final class SecurePlatform implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(60);

    final Codec codec = new JacksonCodec();
    final LocalPartitions partitions = LocalPartitions.start(new MemoryStore());
    final Identities identities;
    final EmbeddedBroker broker;
    private final LinkedResourceManager manager;

    /** Added to the clock by which certificates are issued and judged. */
    volatile Duration ahead = Duration.ZERO;

    SecurePlatform(Duration lifetime) throws Exception {
        identities = new Identities(
                partitions.partitionService(),
                codec,
                lifetime,
                HostNames.of(List.of("localhost", "127.0.0.1")),
                () -> Instant.now().plus(ahead));
        identities.start();
        MqttAuthenticator authenticator = identities.authenticator(new LoopbackAuthenticator());
        NodeTopicsAuthoriser authoriser = new NodeTopicsAuthoriser();
        broker = EmbeddedBroker.start(
                BrokerConfig.loopback().with(new SecureListener("127.0.0.1", 0)),
                () -> authenticator,
                () -> authoriser,
                identities::current);
        identities.onEnd(p -> broker.disconnect(new MqttPrincipal.Node(p.resourceManager(), p.node())));
        await().atMost(SOON).until(() -> identities.current().isPresent());
        manager = LinkedResourceManager.start(
                partitions.partition("rm-1"),
                codec,
                new LinkedResourceManager.Config(List.of("ssl://127.0.0.1:" + port()), 2, 60, 1),
                new LinkedResourceManager.Security(() -> Optional.of(identities), identities::current));
        manager.ready().toCompletableFuture().get(20, TimeUnit.SECONDS);
        await().atMost(SOON).until(manager::isLinked);
    }

    int port() {
        return broker.securePort().orElseThrow();
    }

    JoinToken token(String node) {
        return identities.createToken(new TokenSpec("rm-1", node, 1, Duration.ofHours(1), false));
    }

    /** The certificate of a node that joins with a key. */
    String enrol(String node, KeyPair pair) throws Exception {
        Enrolled answer = identities
                .enrol("rm-1", node, new Enrol(Requests.pem(pair), token(node).text()))
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        if (answer.certificate() == null) {
            throw new IllegalStateException(answer.reason());
        }
        return answer.certificate();
    }

    Agent agent(String node, Path directory, Optional<JoinToken> token) throws Exception {
        return agent(node, directory, token, List.of(URI.create("ssl://127.0.0.1:" + port())));
    }

    Agent agent(String node, Path directory, Optional<JoinToken> token, List<URI> brokers) throws Exception {
        Agent agent = new Agent(
                new Settings(
                        node,
                        "rm-1",
                        brokers,
                        directory,
                        Duration.ofSeconds(1),
                        new TreeMap<>(),
                        new TreeMap<>(),
                        new TreeMap<>(),
                        Duration.ZERO,
                        Duration.ofSeconds(1),
                        token),
                "test",
                codec);
        agent.start();
        return agent;
    }

    /** What the resource manager says of a node's readiness: True, False, Unknown; empty if it has no such node. */
    String ready(String node) {
        return partitions
                .partition("rm-1")
                .get(NodeKeys.node(node))
                .map(e -> codec.decode(e.value(), Node.class))
                .flatMap(n -> n.status().conditions().stream()
                        .filter(c -> c.type().equals("Ready"))
                        .findFirst())
                .map(c -> String.valueOf(c.status()))
                .orElse("");
    }

    /** Has the resource manager run a process on a node. */
    ClaimAnswer claim(String node, String uid, List<String> command) throws Exception {
        PodSpec spec = codec.decode(
                codec.encode(Map.of(
                        "runtimeClassName",
                        "process",
                        "containers",
                        List.of(Map.of("name", "main", "command", command)))),
                PodSpec.class);
        Claim claim = new Claim(
                uid, 1, "t1", "default", uid, "tp-1", node, Map.of("pods", 1L), Map.of(), spec, 0, null, false);
        return manager.manager()
                .claim(List.of(new ClaimRequest(claim, new Reading(1, 0), null)))
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS)
                .get(0);
    }

    @Override
    public void close() {
        manager.close();
        broker.close();
        identities.close();
        partitions.close();
    }
}
