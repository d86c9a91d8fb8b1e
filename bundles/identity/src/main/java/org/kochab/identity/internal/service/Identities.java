package org.kochab.identity.internal.service;

import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.kochab.api.codec.Codec;
import org.kochab.api.identity.AccountTokens;
import org.kochab.api.identity.JoinToken;
import org.kochab.api.identity.NodeIdentities;
import org.kochab.api.identity.NodeIdentity;
import org.kochab.api.identity.NodeIdentity.State;
import org.kochab.api.identity.TokenSpec;
import org.kochab.api.identity.TokenStatus;
import org.kochab.api.identity.UserIdentities;
import org.kochab.api.link.Enrol;
import org.kochab.api.link.Enrolled;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.partition.Precondition;
import org.kochab.api.partition.Transaction;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.identity.internal.authority.HostNames;
import org.kochab.identity.internal.authority.Pem;
import org.kochab.identity.internal.core.Keys;
import org.kochab.identity.internal.core.NodeRecord;
import org.kochab.identity.internal.core.TokenRecord;
import org.kochab.spi.mqtt.MqttAuthenticator;
import org.kochab.spi.mqtt.MqttCredentials;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Identities of nodes over the directory. One thread answers machines that enrol, another follows the directory. */
public final class Identities implements NodeIdentities, MqttCredentials, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Identities.class);
    private static final int MOST_TOKENS = 1_000;
    private static final int ATTEMPTS = 5;
    private static final int ID_LETTERS = 8;
    private static final int SECRET_BYTES = 24;
    private static final String NAME = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";

    private final PartitionService partitions;
    private final Supplier<Instant> clock;
    private final DirectoryCalls directory;
    private final IdentityTable table;
    private final MemberCertificate certificate;
    private final Follower follower;
    private final Records records;
    private final Enrolments enrolments;
    private final Users users;
    private final Accounts accounts;
    private final SecureRandom random = new SecureRandom();

    /**
     * @param lifetime of nodes' certificates
     * @param hosts what this member can be called by
     */
    public Identities(
            PartitionService partitions, Codec codec, Duration lifetime, HostNames hosts, Supplier<Instant> clock) {
        this.partitions = partitions;
        this.clock = clock;
        table = new IdentityTable(codec, clock);
        certificate = new MemberCertificate(partitions.member(), hosts, clock);
        follower = new Follower(partitions::directory, codec, table, certificate, clock);
        directory = new DirectoryCalls(partitions::directory, follower::await);
        records = new Records(directory, codec, table);
        enrolments = new Enrolments(records, directory, lifetime, clock);
        users = new Users(records, clock);
        accounts = new Accounts(records, table, codec, clock);
    }

    public void start() {
        follower.start();
    }

    @Override
    public Optional<Current> current() {
        return certificate.current();
    }

    /** Certificates of users. */
    public UserIdentities users() {
        return users;
    }

    /** Tokens of service accounts. */
    public AccountTokens accounts() {
        return accounts;
    }

    /** @param plain for connections without TLS */
    public MqttAuthenticator authenticator(MqttAuthenticator plain) {
        return new CertificateAuthenticator(table, plain, clock);
    }

    /** @param listener told of each node whose connections are to be cut; must not block */
    public void onEnd(Consumer<Keys.Place> listener) {
        table.onEnd(listener);
    }

    // ---- tokens

    @Override
    public JoinToken createToken(TokenSpec spec) {
        checkManager(spec.resourceManager());
        if (spec.node() != null && !spec.node().matches(NAME)) {
            throw new ResourceException(
                    Reason.INVALID,
                    "node '" + spec.node() + "' is not valid: use at most 63 lower-case letters, digits and '-'");
        }
        X509Certificate issuer = issuer();
        long now = clock.get().toEpochMilli();
        JoinToken token = new JoinToken(letters(), secret(), JoinToken.fingerprint(issuer));
        TokenRecord record = new TokenRecord(
                token.hash(),
                spec.resourceManager(),
                spec.node(),
                spec.uses(),
                now + spec.lifetime().toMillis(),
                spec.approval());
        List<Entry> kept = records.tokens();
        List<Operation> operations = new ArrayList<>();
        kept.stream()
                .filter(e -> records.token(e).expires() <= now)
                .forEach(e -> operations.add(new Operation.Delete(e.key())));
        if (kept.size() - operations.size() >= MOST_TOKENS) {
            throw new ResourceException(
                    Reason.BUSY,
                    "there are " + MOST_TOKENS + " join tokens: delete some with kochab:node-token-delete");
        }
        operations.add(new Operation.Put(Keys.token(token.id()), records.bytes(record)));
        directory.commit(new Transaction(List.of(), operations));
        return token;
    }

    private void checkManager(String manager) {
        List<String> managers = partitions.partitions().stream()
                .filter(p -> p.spec().kind() == PartitionKind.RESOURCE_MANAGER)
                .map(p -> p.spec().id().value())
                .toList();
        if (!managers.contains(manager)) {
            throw new ResourceException(
                    Reason.INVALID, "there is no resource manager '" + manager + "': use one of " + managers);
        }
    }

    @Override
    public List<TokenStatus> tokens() {
        long now = clock.get().toEpochMilli();
        return records.tokens().stream()
                .filter(e -> records.token(e).expires() > now)
                .map(e -> {
                    TokenRecord t = records.token(e);
                    return new TokenStatus(
                            e.key().substring(Keys.TOKENS.length()),
                            t.resourceManager(),
                            t.node(),
                            t.uses(),
                            Instant.ofEpochMilli(t.expires()),
                            t.approval());
                })
                .toList();
    }

    @Override
    public void deleteToken(String id) {
        String key = Keys.token(id);
        boolean deleted = directory.commit(
                new Transaction(List.of(new Precondition.Present(key)), List.of(new Operation.Delete(key))));
        if (!deleted) {
            throw new ResourceException(
                    Reason.NOT_FOUND, "there is no join token '" + id + "': see kochab:node-token-list");
        }
    }

    // ---- nodes

    @Override
    public List<NodeIdentity> nodes() {
        return directory.read(Identities::allNodes).stream()
                .map(e -> records.node(e).shown(Keys.Place.of(e.key())))
                .toList();
    }

    private static List<Entry> allNodes(Partition led) {
        List<Entry> all = new ArrayList<>();
        try {
            DirectoryCalls.each(led, Keys.NODES, all::add);
            return all;
        } catch (GoneException e) {
            throw new ResourceException(Reason.GONE, "identities changed too fast to be listed; try again");
        }
    }

    @Override
    public NodeIdentity approve(String resourceManager, String node) {
        return change(resourceManager, node, record -> {
            if (record.state() == State.REVOKED) {
                throw new ResourceException(
                        Reason.CONFLICT,
                        "node " + node + " was revoked: make a token for it with kochab:node-token-create --node "
                                + node);
            }
            return record.in(State.VALID);
        });
    }

    @Override
    public NodeIdentity revoke(String resourceManager, String node) {
        NodeIdentity revoked = change(resourceManager, node, record -> record.in(State.REVOKED));
        LOG.info("node {} of {} is revoked", node, resourceManager);
        return revoked;
    }

    /** Changes a node everywhere it is; tokens made for it go when it is revoked. */
    private NodeIdentity change(String resourceManager, String node, UnaryOperator<NodeRecord> change) {
        String key = Keys.node(resourceManager, node);
        for (int i = 0; i < ATTEMPTS; i++) {
            Entry entry = directory
                    .read(p -> p.get(key))
                    .orElseThrow(() -> new ResourceException(
                            Reason.NOT_FOUND,
                            "no node " + node + " of " + resourceManager
                                    + " has joined with a certificate: see kochab:node-list --certs"));
            NodeRecord before = records.node(entry);
            NodeRecord after = change.apply(before);
            List<Entry> copies = directory.read(Identities::allNodes).stream()
                    .filter(e -> e.key().endsWith("/" + node)
                            && records.node(e).uid().equals(before.uid()))
                    .toList();
            List<Precondition> unchanged = new ArrayList<>();
            List<Operation> operations = new ArrayList<>();
            for (Entry copy : copies) {
                unchanged.add(new Precondition.AtRevision(copy.key(), copy.revision()));
                operations.add(new Operation.Put(copy.key(), records.bytes(after)));
            }
            if (after.state() == State.REVOKED) {
                for (Entry e : records.tokens()) {
                    TokenRecord token = records.token(e);
                    if (node.equals(token.node()) && resourceManager.equals(token.resourceManager())) {
                        operations.add(new Operation.Delete(e.key()));
                    }
                }
            }
            if (!operations.isEmpty() && directory.commit(new Transaction(unchanged, operations))) {
                return after.shown(new Keys.Place(resourceManager, node));
            }
        }
        throw new ResourceException(Reason.CONFLICT, "node " + node + " changes all the time; try again");
    }

    // ---- certificates

    @Override
    public String authority() {
        return Pem.of(issuer());
    }

    @Override
    public CompletionStage<Enrolled> enrol(String resourceManager, String node, Enrol request) {
        return enrolments.enrol(new Keys.Place(resourceManager, node), request);
    }

    private X509Certificate issuer() {
        return records.authority().certificate();
    }

    private String letters() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < ID_LETTERS; i++) {
            text.append(Character.forDigit(random.nextInt(36), 36));
        }
        return text.toString();
    }

    private String secret() {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public void close() {
        follower.close();
        enrolments.close();
    }
}
