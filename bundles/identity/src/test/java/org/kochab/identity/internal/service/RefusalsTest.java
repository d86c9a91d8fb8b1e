package org.kochab.identity.internal.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLSocketFactory;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kochab.agent.internal.link.MqttLink;
import org.kochab.api.identity.JoinToken;
import org.kochab.api.identity.NodeIdentity.State;
import org.kochab.api.identity.TokenSpec;
import org.kochab.api.link.Enrol;
import org.kochab.api.link.Enrolled;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.Transaction;
import org.kochab.identity.internal.authority.Authority;
import org.kochab.identity.internal.authority.Requests;
import org.kochab.identity.internal.core.AuthorityRecord;
import org.kochab.identity.internal.core.Keys;
import org.kochab.identity.internal.core.NodeRecord;

/** What a node, a machine that joins, and a stranger may not do, tried with a real client over TLS. */
@Timeout(60)
class RefusalsTest {
    private static final int BAD_CREDENTIALS = 0x86;
    private static final int NOT_AUTHORISED = 0x87;
    private static final int BANNED = 0x8A;

    private static SecurePlatform platform;
    private static Authority authority;
    private static KeyPair keys;
    private static X509Certificate certificate;

    @BeforeAll
    static void join() throws Exception {
        platform = new SecurePlatform(Duration.ofDays(7));
        keys = Authority.keyPair();
        certificate = enrolled("edge-1", keys);
        authority = Authority.of(platform.codec.decode(
                platform.partitions
                        .partitionService()
                        .directory()
                        .orElseThrow()
                        .get(Keys.AUTHORITY)
                        .orElseThrow()
                        .value(),
                AuthorityRecord.class));
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    private static X509Certificate enrolled(String node, KeyPair pair) throws Exception {
        return Requests.certificate(platform.enrol(node, pair));
    }

    private static SSLSocketFactory sockets(@Nullable KeyPair pair, @Nullable X509Certificate own) throws Exception {
        return SecureClient.sockets(platform, pair, own);
    }

    private static SecureClient node(String id) throws Exception {
        return new SecureClient(platform, id, sockets(keys, certificate));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kochab/1/rm-1/edge-2/up/birth",
                "kochab/1/rm-2/edge-1/up/birth",
                "kochab/1/rm-1/edge-1/down/desired",
                "kochab/1/rm-1/edge-1/up",
                "kochab/1/rm-1/edge-1",
                "other"
            })
    void aNodePublishesForItselfOnly(String topic) throws Exception {
        try (SecureClient client = node("publishes").connect()) {
            assertThat(client.publish(topic)).isEqualTo(NOT_AUTHORISED);
            assertThat(client.publish("kochab/1/rm-1/edge-1/up/metrics")).isLessThan(0x80);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#",
                "+/1/rm-1/edge-1/down/#",
                "kochab/1/rm-1/+/down/#",
                "kochab/1/rm-1/edge-2/down/#",
                "kochab/1/rm-1/edge-1/up/#",
                "kochab/1/rm-1/edge-1/#",
                "$SYS/#",
                "$share/g/kochab/1/rm-1/edge-1/down/#"
            })
    void aNodeHearsItsOwnOnly(String filter) throws Exception {
        try (SecureClient client = node("hears").connect()) {
            assertThat(client.subscribe(filter)).isEqualTo(NOT_AUTHORISED);
            assertThat(client.subscribe("kochab/1/rm-1/edge-1/down/#")).isEqualTo(1);
        }
    }

    @Test
    void aWillIsAPublish() throws Exception {
        try (SecureClient client = node("wills")) {
            client.options.setWill("kochab/1/rm-1/edge-2/up/state", new MqttMessage(new byte[] {1}));
            assertThat(client.refused()).isEqualTo(NOT_AUTHORISED);
        }
    }

    @Test
    void aNodesNameComesFromItsCertificate() throws Exception {
        // Neither a client id nor a user name makes it another one.
        try (SecureClient client = node("node:rm-1:edge-2").connect()) {
            assertThat(client.publish("kochab/1/rm-1/edge-2/up/birth")).isEqualTo(NOT_AUTHORISED);
        }
        try (SecureClient client = node("claims").user("node:rm-1:edge-2", "")) {
            assertThat(client.refused()).isEqualTo(BAD_CREDENTIALS);
        }
    }

    @Test
    void everyNodeCanBeRevokedHoweverManyThereAre() throws Exception {
        Partition directory = platform.partitions.partitionService().directory().orElseThrow();
        byte[] other = platform.codec.encode(new NodeRecord("other", "key", State.VALID, 0));
        List<Operation> many = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            many.add(new Operation.Put(Keys.node("rm-0", "many-" + i), other));
        }
        for (int i = 0; i < many.size(); i += 500) {
            Transaction some = new Transaction(List.of(), many.subList(i, i + 500));
            assertThat(directory.submit(some).toCompletableFuture().join()).isInstanceOf(CommitResult.Committed.class);
        }
        enrolled("edge-9", Authority.keyPair());
        platform.identities.revoke("rm-1", "edge-9");
        byte[] kept = directory.get(Keys.node("rm-1", "edge-9")).orElseThrow().value();
        assertThat(platform.codec.decode(kept, NodeRecord.class).state()).isEqualTo(State.REVOKED);
    }

    @Test
    void anotherNodesSessionIsNotTakenOver() throws Exception {
        KeyPair others = Authority.keyPair();
        try (SecureClient client = node("mine").connect();
                SecureClient other = new SecureClient(platform, "mine", sockets(others, enrolled("edge-3", others)))) {
            other.connect();
            assertThat(client.mqtt.isConnected()).isTrue();
        }
    }

    @Test
    void strangersAreNotLetIn() throws Exception {
        SSLSocketFactory nobody = sockets(null, null);
        try (SecureClient client = new SecureClient(platform, "node:rm-1:edge-1", nobody)) {
            assertThat(client.refused()).isEqualTo(NOT_AUTHORISED);
        }
        try (SecureClient client = new SecureClient(platform, "s", nobody).user("node:rm-1:edge-1", "secret")) {
            assertThat(client.refused()).isEqualTo(NOT_AUTHORISED);
        }
        Authority another = Authority.create(Instant.now());
        KeyPair own = Authority.keyPair();
        X509Certificate foreign =
                another.node("rm-1", "edge-1", "any", own.getPublic(), Instant.now(), Duration.ofDays(1));
        try (SecureClient client = new SecureClient(platform, "s", sockets(own, foreign))) {
            assertThat(client.refused()).isNotZero();
            assertThat(client.mqtt.isConnected()).isFalse();
        }
    }

    @Test
    void aCertificateThatIsNotInTheDirectoryIsNone() throws Exception {
        KeyPair own = Authority.keyPair();
        X509Certificate issued =
                authority.node("rm-1", "edge-1", "no-such-uid", own.getPublic(), Instant.now(), Duration.ofDays(1));
        try (SecureClient client = new SecureClient(platform, "s", sockets(own, issued))) {
            assertThat(client.refused()).isEqualTo(BAD_CREDENTIALS);
        }
    }

    @Test
    void anOlderKeyIsNoneAfterANewOneJoined() throws Exception {
        KeyPair old = Authority.keyPair();
        X509Certificate first = enrolled("edge-4", old);
        KeyPair next = Authority.keyPair();
        enrolled("edge-4", next);
        try (SecureClient client = new SecureClient(platform, "s", sockets(old, first))) {
            assertThat(client.refused()).isEqualTo(BAD_CREDENTIALS);
        }
    }

    @Test
    void aRevokedNodeIsBanned() throws Exception {
        KeyPair pair = Authority.keyPair();
        X509Certificate issued = enrolled("edge-5", pair);
        platform.identities.revoke("rm-1", "edge-5");
        try (SecureClient client = new SecureClient(platform, "s", sockets(pair, issued))) {
            assertThat(client.refused()).isEqualTo(BANNED);
        }
    }

    @Test
    void whoJoinsAsksForThatOnly() throws Exception {
        JoinToken token = platform.token("edge-6");
        try (SecureClient client = new SecureClient(platform, "joins", sockets(null, null))
                .user("join:rm-1:edge-6", token.text())
                .connect()) {
            assertThat(client.subscribe("kochab/1/rm-1/edge-6/down/#")).isEqualTo(NOT_AUTHORISED);
            assertThat(client.subscribe("kochab/1/rm-1/edge-6/down/enrol")).isEqualTo(1);
            assertThat(client.publish("kochab/1/rm-1/edge-6/up/birth")).isEqualTo(NOT_AUTHORISED);
            assertThat(client.publish("kochab/1/rm-1/edge-7/up/enrol")).isEqualTo(NOT_AUTHORISED);
        }
        for (String user : List.of("join:rm-1:edge-7", "join:rm-2:edge-6", "join:rm-1:edge-6:x")) {
            try (SecureClient client =
                    new SecureClient(platform, "joins", sockets(null, null)).user(user, token.text())) {
                assertThat(client.refused()).isIn(BAD_CREDENTIALS, NOT_AUTHORISED);
            }
        }
        for (String password : List.of(
                "", "kochab1.x.y.z", token.text() + "x", token.text().replace(token.secret(), "x".repeat(32)))) {
            try (SecureClient client =
                    new SecureClient(platform, "joins", sockets(null, null)).user("join:rm-1:edge-6", password)) {
                assertThat(client.refused()).isEqualTo(BAD_CREDENTIALS);
            }
        }
        platform.identities.deleteToken(token.id());
        try (SecureClient client =
                new SecureClient(platform, "joins", sockets(null, null)).user("join:rm-1:edge-6", token.text())) {
            assertThat(client.refused()).isEqualTo(BAD_CREDENTIALS);
        }
    }

    @Test
    void theAgentIsNotConnectedWithoutWhatItSubscribed() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        MqttLink.Listener listener = new MqttLink.Listener() {
            @Override
            public void up(long connection) {
                heard.add("up");
            }

            @Override
            public void down(long connection, boolean refused, String why) {
                heard.add(why);
            }

            @Override
            public void message(long connection, String topic, byte[] payload) {}
        };
        try (MqttLink link = new MqttLink("agent", listener)) {
            link.connect(
                    1,
                    List.of(URI.create("ssl://127.0.0.1:" + platform.port())),
                    new MqttLink.Login(sockets(keys, certificate), null, null),
                    null,
                    "kochab/1/rm-1/edge-2/down/#",
                    true);
            assertThat(heard.take()).contains("subscribe");
        }
    }

    @Test
    void aRequestIsCheckedBeforeATokenIsUsed() {
        JoinToken token = platform.token("edge-8");
        for (String request :
                List.of("", "nonsense", Requests.pem(Authority.keyPair()).replace('A', 'B'))) {
            Enrolled answer = platform.identities
                    .enrol("rm-1", "edge-8", new Enrol(request, token.text()))
                    .toCompletableFuture()
                    .join();
            assertThat(answer.certificate()).isNull();
            assertThat(answer.waiting()).isFalse();
            assertThat(answer.reason()).startsWith("request ");
        }
        assertThat(platform.identities.tokens().stream()
                        .filter(t -> t.id().equals(token.id()))
                        .findFirst()
                        .orElseThrow()
                        .uses())
                .isEqualTo(1);
    }

    @Test
    void tokensAreForResourceManagersThatThereAre() {
        TokenSpec spec = new TokenSpec("rm-9", null, 1, Duration.ofHours(1), false);
        assertThatThrownBy(() -> platform.identities.createToken(spec)).hasMessageContaining("use one of [rm-1]");
        assertThatThrownBy(() -> new TokenSpec("rm-1", null, 0, Duration.ofHours(1), false))
                .hasMessageContaining("uses is 0");
        assertThatThrownBy(() -> platform.identities.revoke("rm-1", "nobody"))
                .hasMessageContaining("node-list --certs");
    }
}
