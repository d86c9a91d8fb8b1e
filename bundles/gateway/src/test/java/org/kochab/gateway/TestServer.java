package org.kochab.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.kochab.api.codec.Codec;
import org.kochab.api.identity.AccountTokens;
import org.kochab.api.identity.UserCertificate;
import org.kochab.api.identity.UserIdentities;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Resource;
import org.kochab.api.model.ServiceAccount;
import org.kochab.api.model.Tenant;
import org.kochab.api.model.TenantId;
import org.kochab.api.node.ResourceManagers;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceService;
import org.kochab.codec.JacksonCodec;
import org.kochab.gateway.internal.http.ApiServer;
import org.kochab.gateway.internal.http.Limits;
import org.kochab.gateway.internal.service.Api;
import org.kochab.gateway.internal.service.Services;
import org.kochab.gateway.internal.service.Shares;
import org.kochab.identity.internal.authority.HostNames;
import org.kochab.identity.internal.service.Identities;
import org.kochab.partition.LocalPartitions;
import org.kochab.partition.LocalTenants;
import org.kochab.spi.controller.Controller;
import org.kochab.store.memory.MemoryStore;

/** The HTTP API over TLS in front of the real kernel, with the platform's real authority. */
final class TestServer implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int HISTORY = 200;

    /** Of which a tenant has two. */
    private static final int EXECS = 4;

    private static final char[] NOBODY_ASKS = new char[0];

    private final Codec codec = new JacksonCodec();
    private final LocalPartitions partitions = LocalPartitions.start(new MemoryStore(), HISTORY);
    private final LocalTenants tenants = LocalTenants.start(partitions, codec);
    /** Beside whatever else there is. */
    final TestNode node;

    private final Identities identities;
    private final Api api;

    /** How the API calls what it works with. */
    final Recorded asked = new Recorded();

    /** Lines of the audit log. */
    final List<String> audit = new CopyOnWriteArrayList<>();

    private final ApiServer server;

    /** Added to the clock by which certificates are judged. */
    volatile Duration ahead = Duration.ZERO;

    private final Shares streams;
    private final Shares commands = Shares.halved(EXECS);

    TestServer(Limits limits, int watches) throws Exception {
        this(limits, watches, TestNode::new);
    }

    /** @param node what its node is, given those of the platform */
    TestServer(Limits limits, int watches, Function<ResourceManagers, TestNode> node) throws Exception {
        this.node = node.apply(tenants.managers());
        identities = new Identities(
                partitions.partitionService(),
                codec,
                Duration.ofDays(7),
                HostNames.of(List.of("localhost", "127.0.0.1")),
                Instant::now);
        identities.start();
        await().atMost(Duration.ofSeconds(20)).until(() -> identities.current().isPresent());
        streams = Shares.halved(watches);
        api = new Api(
                new Services(
                        asked.of(ResourceService.class, tenants.resources()),
                        codec,
                        asked.of(PartitionService.class, partitions.partitionService()),
                        asked.of(ResourceManagers.class, this.node),
                        asked.of(AccountTokens.class, identities.accounts()),
                        "0.1.0",
                        Instant::now),
                streams,
                commands,
                audit::add);
        server = listen(limits);
    }

    /** The same behind other limits. */
    ApiServer listen(Limits limits) throws IOException {
        return listen(
                limits,
                tenant -> {
                    asked.add("home", tenant);
                    return api.home(tenant);
                },
                api::handle);
    }

    ApiServer listen(Limits limits, Function<TenantId, String> homes, ApiServer.Handler handler) throws IOException {
        return ApiServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                limits,
                identities::current,
                api::caller,
                homes,
                handler,
                () -> Instant.now().plus(ahead));
    }

    String home(String tenant) {
        return api.home(new TenantId(tenant));
    }

    Api api() {
        return api;
    }

    Identities identities() {
        return identities;
    }

    /** Watches and followed logs that a tenant has. */
    int streams(TenantId tenant) {
        return streams.of(tenant);
    }

    /** For commands and connections to ports: the server may see that a client has gone after the next one came. */
    void awaitPlaces(TenantId tenant) {
        await().atMost(Duration.ofSeconds(20)).until(() -> commands.of(tenant) == 0);
    }

    ResourceService resources() {
        return tenants.resources();
    }

    int port() {
        return server.port();
    }

    void tenant(String name) {
        resources()
                .create(
                        TenantId.SYSTEM,
                        new Tenant(Kind.TENANT.apiVersion(), "Tenant", ObjectMeta.named(name), null, null));
    }

    /** Stores what a manifest has, without asking whether anybody may. */
    void apply(String tenant, String manifest) {
        apply(tenant, manifest, refusal -> {
            throw new AssertionError(refusal);
        });
    }

    /** @param refused told why an object is not stored */
    void apply(String tenant, String manifest, Consumer<String> refused) {
        for (Resource r : read(tenant, manifest)) {
            try {
                resources().apply(new TenantId(tenant), r);
            } catch (ResourceException e) {
                refused.accept(e.getMessage());
            }
        }
    }

    /** What a manifest has, of the kinds of a tenant. */
    List<Resource> read(String tenant, String manifest) {
        List<Kind> kinds = resources().kinds(new TenantId(tenant));
        return codec.manifest(manifest.getBytes(StandardCharsets.UTF_8), Codec.UnknownFields.REFUSE, kinds)
                .resources();
    }

    /** Has a controller run in the tenants' partition. */
    void add(Controller controller) {
        tenants.add(controller);
    }

    /** From now on no partition can be reached. */
    void lose() {
        tenants.close();
        partitions.close();
    }

    UserCertificate issue(String tenant, String user) {
        return issue(tenant, user, UserIdentities.ADMINISTRATORS);
    }

    UserCertificate issue(String tenant, String user, String group) {
        return identities.users().issue(new TenantId(tenant), user, List.of(group), Duration.ofDays(1));
    }

    /** A user who is no administrator. */
    User limited(String tenant, String user, String group) throws Exception {
        return user(issue(tenant, user, group));
    }

    User user(String tenant) throws Exception {
        return user(issue(tenant, "ann"));
    }

    User user(UserCertificate shown) throws Exception {
        return new User(showing(shown));
    }

    SSLContext showing(UserCertificate shown) throws Exception {
        return tls(shown.authority(), List.of(certificate(shown.certificate())), key(shown.key()));
    }

    /** Shows no certificate. */
    User nobody() throws Exception {
        return new User(tls(identities.authority(), List.of(), null));
    }

    /** Shows no certificate, and a token if it is not empty. */
    User showing(String token) throws Exception {
        return token.isEmpty() ? nobody() : nobody().with(token);
    }

    /** A token of an account that is there. */
    String token(String tenant, String namespace, String name, String... audiences) {
        ResourceRef ref = new ResourceRef(new TenantId(tenant), Kind.SERVICE_ACCOUNT, namespace, name);
        ServiceAccount account = (ServiceAccount) resources().get(ref).orElseThrow();
        return identities
                .accounts()
                .issue(account, List.of(audiences), Duration.ofHours(1))
                .text();
    }

    /** Shows this member's own. */
    User member() throws Exception {
        var own = identities.current().orElseThrow();
        return new User(tls(identities.authority(), own.chain(), own.key()));
    }

    SSLContext trusting() throws Exception {
        return tls(identities.authority(), List.of(), null);
    }

    private static X509Certificate certificate(String pem) throws Exception {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }

    private static PrivateKey key(String pem) throws Exception {
        assertThat(pem).startsWith("-----BEGIN EC PRIVATE KEY-----");
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            return new JcaPEMKeyConverter()
                    .getKeyPair((PEMKeyPair) parser.readObject())
                    .getPrivate();
        }
    }

    private static SSLContext tls(String authority, List<X509Certificate> chain, PrivateKey key) throws Exception {
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        if (key != null) {
            own.setKeyEntry("own", key, NOBODY_ASKS, chain.toArray(X509Certificate[]::new));
        }
        KeyManagerFactory identity = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        identity.init(own, NOBODY_ASKS);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("authority", certificate(authority));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(identity.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    /** @param retryAfter empty if it does not say */
    record Answer(int code, JsonNode body, List<String> warnings, String retryAfter) {
        String reason() {
            return body.path("reason").asText();
        }

        String message() {
            return body.path("message").asText();
        }
    }

    final class User {
        private final HttpClient client;
        private final Map<String, String> headers;
        private final int port;

        User(SSLContext tls) {
            headers = Map.of();
            port = server.port();
            client = HttpClient.newBuilder()
                    .sslContext(tls)
                    .version(HttpClient.Version.HTTP_1_1)
                    .build();
        }

        private User(HttpClient client, Map<String, String> headers, int port) {
            this.client = client;
            this.headers = headers;
            this.port = port;
        }

        /** The same, asking another server. */
        User at(int other) {
            return new User(client, headers, other);
        }

        /** The same, showing a token besides. */
        User with(String token) {
            return new User(client, Map.of("Authorization", "Bearer " + token), port);
        }

        /** The same, asking as somebody else. */
        User as(String user) {
            return new User(client, Map.of("Impersonate-User", user), port);
        }

        Answer get(String path) throws Exception {
            return send("GET", path, "", "");
        }

        Answer table(String path) throws Exception {
            HttpRequest request = HttpRequest.newBuilder(uri(path))
                    .header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json")
                    .build();
            return answer(client.send(request, BodyHandlers.ofByteArray()));
        }

        Answer send(String method, String path, String type, String body) throws Exception {
            HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                    .timeout(Duration.ofSeconds(30))
                    .method(method, BodyPublishers.ofString(body.replace('\'', '"')));
            if (!type.isEmpty()) {
                request.header("Content-Type", type);
            }
            headers.forEach(request::header);
            return answer(client.send(request.build(), BodyHandlers.ofByteArray()));
        }

        Answer post(String path, String body) throws Exception {
            return send("POST", path, "application/json", body);
        }

        String text(String path, String accept) throws Exception {
            HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).header("Accept", accept);
            headers.forEach(request::header);
            HttpResponse<String> response =
                    client.send(request.build(), BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
            assertThat(response.statusCode()).isEqualTo(200);
            return response.body();
        }

        /** Lines as they come; ends with the answer. */
        Stream<String> lines(String path) throws Exception {
            HttpRequest.Builder request = HttpRequest.newBuilder(uri(path));
            headers.forEach(request::header);
            HttpResponse<Stream<String>> response = client.send(request.build(), BodyHandlers.ofLines());
            assertThat(response.statusCode()).isEqualTo(200);
            return response.body();
        }

        private URI uri(String path) {
            return URI.create("https://127.0.0.1:" + port + path);
        }
    }

    static JsonNode json(String text) throws Exception {
        return MAPPER.readTree(text);
    }

    private static Answer answer(HttpResponse<byte[]> response) throws Exception {
        boolean json = response.headers()
                .firstValue("Content-Type")
                .filter("application/json"::equals)
                .isPresent();
        return new Answer(
                response.statusCode(),
                json ? MAPPER.readTree(response.body()) : MAPPER.nullNode(),
                response.headers().allValues("Warning"),
                response.headers().firstValue("Retry-After").orElse(""));
    }

    @Override
    public void close() {
        server.close();
        api.close();
        node.close();
        identities.close();
        tenants.close();
        partitions.close();
    }
}
