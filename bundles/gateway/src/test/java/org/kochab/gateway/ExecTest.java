package org.kochab.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.kochab.gateway.TestServer.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kochab.api.model.TenantId;
import org.kochab.gateway.TestServer.Answer;
import org.kochab.gateway.TestServer.User;
import org.kochab.gateway.internal.http.Limits;

/** Commands in containers, over both transports, as clients see them. */
@Timeout(60)
class ExecTest {
    private static final String PODS = "/api/v1/namespaces/default/pods/";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static TestServer server;
    private static User ann;
    private static SSLContext annsTls;

    @BeforeAll
    static void start() throws Exception {
        server = new TestServer(Limits.DEFAULT, 10);
        server.tenant("acme");
        server.apply(
                "acme",
                """
                {apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {nodeName: here, containers: [{name: main, image: registry.local/w:1}]}}
                ---
                {apiVersion: v1, kind: Pod, metadata: {name: pair}, spec: {nodeName: here, containers: [{name: one, image: registry.local/w:1}, {name: two, image: registry.local/w:1}]}}
                """);
        server.apply("acme", binding("vic", "view"));
        server.apply("acme", binding("eli", "edit"));
        server.apply("acme", binding("flo", "edit"));
        ann = server.user("acme");
        annsTls = server.showing(server.issue("acme", "ann"));
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void awaitPlaces() {
        server.awaitPlaces(new TenantId("acme"));
    }

    private static String exec(String pod, String... command) {
        return PODS + pod + "/exec?stdout=true&stderr=true&"
                + Stream.of(command)
                        .map(w -> "command=" + URLEncoder.encode(w, StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&"));
    }

    private static String shell(String script) {
        return exec("web", "sh", "-c", script);
    }

    /** What comes on the channels of a WebSocket. */
    private static final class Messages implements WebSocket.Listener {
        private final Map<Integer, ByteArrayOutputStream> channels = new ConcurrentHashMap<>();
        private final ByteArrayOutputStream message = new ByteArrayOutputStream();
        final CompletableFuture<Integer> closed = new CompletableFuture<>();
        final CompletableFuture<Void> pong = new CompletableFuture<>();

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            message.writeBytes(bytes);
            if (last) {
                byte[] whole = message.toByteArray();
                message.reset();
                channels.computeIfAbsent((int) whole[0], n -> new ByteArrayOutputStream())
                        .write(whole, 1, whole.length - 1);
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onPong(WebSocket socket, ByteBuffer data) {
            pong.complete(null);
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(code);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable failure) {
            closed.completeExceptionally(failure);
        }

        String text(int channel) {
            ByteArrayOutputStream bytes = channels.get(channel);
            return bytes == null ? "" : bytes.toString(StandardCharsets.UTF_8);
        }

        JsonNode status() throws Exception {
            assertThat(closed.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(WebSocket.NORMAL_CLOSURE);
            return json(text(3));
        }
    }

    private static WebSocket socket(SSLContext tls, String path, String protocol, Messages messages) throws Exception {
        return HttpClient.newBuilder()
                .sslContext(tls)
                .build()
                .newWebSocketBuilder()
                .subprotocols(protocol, "base64.channel.k8s.io")
                .buildAsync(URI.create("wss://127.0.0.1:" + server.port() + path), messages)
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static void refused(SSLContext tls, String path, String protocol, int code) {
        assertThatThrownBy(() -> socket(tls, path, protocol, new Messages()))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        e -> assertThat(e.getResponse().statusCode()).isEqualTo(code));
    }

    private static SpdyClient spdy(String path) throws IOException {
        SpdyClient client = new SpdyClient(annsTls, server.port(), path);
        assertThat(client.head)
                .startsWith("HTTP/1.1 101 ")
                .containsIgnoringCase("upgrade: SPDY/3.1")
                .containsIgnoringCase("x-stream-protocol-version: v4.channel.k8s.io");
        return client;
    }

    private static Process begun(int before) {
        await().atMost(PATIENCE).until(() -> server.node.processes.size() > before);
        return server.node.processes.get(before);
    }

    @Test
    void aCommandIsRunOverAWebSocket() throws Exception {
        for (String protocol : new String[] {"v4.channel.k8s.io", "v5.channel.k8s.io"}) {
            Messages messages = new Messages();
            WebSocket socket = socket(annsTls, shell("echo out; echo err >&2; exit 3"), protocol, messages);
            assertThat(socket.getSubprotocol()).isEqualTo(protocol);
            JsonNode status = messages.status();
            assertThat(messages.text(1)).isEqualTo("out\n");
            assertThat(messages.text(2)).isEqualTo("err\n");
            assertThat(status.path("status").asText()).isEqualTo("Failure");
            assertThat(status.path("reason").asText()).isEqualTo("NonZeroExitCode");
            assertThat(status.at("/details/causes/0/reason").asText()).isEqualTo("ExitCode");
            assertThat(status.at("/details/causes/0/message").asText()).isEqualTo("3");
        }
    }

    @Test
    void aCommandIsRunOverSpdy() throws Exception {
        try (SpdyClient client = spdy(shell("head -c 300000 /dev/zero | tr '\\0' x; echo err >&2"))) {
            client.open("error");
            client.open("stdout");
            client.open("stderr");
            client.ping();
            assertThat(json(client.rest("error")).path("status").asText()).isEqualTo("Success");
            assertThat(client.rest("stdout")).hasSize(300_000).matches("x+");
            assertThat(client.rest("stderr")).isEqualTo("err\n");
        }
    }

    @Test
    void aCommandReadsItsInputOverSpdy() throws Exception {
        try (SpdyClient client = spdy(shell("cat; exit 3") + "&stdin=true")) {
            client.open("error");
            client.open("stdin");
            client.open("stdout");
            client.open("stderr");
            client.input("some ".getBytes(StandardCharsets.UTF_8), false);
            client.input("words".getBytes(StandardCharsets.UTF_8), true);
            assertThat(json(client.rest("error"))
                            .at("/details/causes/0/message")
                            .asText())
                    .isEqualTo("3");
            assertThat(client.rest("stdout")).isEqualTo("some words");
        }
        try (SpdyClient client = spdy(shell("wc -c") + "&stdin=true")) {
            client.open("error");
            client.open("stdin");
            client.open("stdout");
            client.open("stderr");
            client.input(new byte[5_000_000], false);
            client.input(new byte[0], true);
            assertThat(client.rest("stdout").strip()).isEqualTo("5000000");
        }
    }

    @Test
    void aCommandReadsItsInputOverAWebSocket() throws Exception {
        Messages messages = new Messages();
        WebSocket socket = socket(annsTls, shell("wc -c") + "&stdin=true", "v5.channel.k8s.io", messages);
        // Whole, and in parts: only the first has the channel's number.
        send(socket, new byte[100_000], true);
        send(socket, new byte[50_000], false);
        send(socket, new byte[50_000], true);
        send(socket, new byte[] {(byte) 255, 0}, true);
        assertThat(messages.status().path("status").asText()).isEqualTo("Success");
        assertThat(messages.text(1).strip()).isEqualTo(Integer.toString(200_000 - 2));

        // In the fourth protocol nothing says that it has ended: the command must know.
        Messages line = new Messages();
        WebSocket older = socket(annsTls, shell("head -n 1") + "&stdin=true", "v4.channel.k8s.io", line);
        send(older, "\0a line\n".getBytes(StandardCharsets.UTF_8), true);
        assertThat(line.status().path("status").asText()).isEqualTo("Success");
        assertThat(line.text(1)).isEqualTo("a line\n");
    }

    private static void send(WebSocket socket, byte[] bytes, boolean last) throws Exception {
        socket.sendBinary(ByteBuffer.wrap(bytes), last).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void aCommandThatDoesNotReadHoldsUpTheClientAndNothingGrows() throws Exception {
        int before = server.node.processes.size();
        Process deaf;
        try (SpdyClient client = spdy(shell("exec sleep 600") + "&stdin=true")) {
            client.open("error");
            client.open("stdin");
            client.open("stdout");
            client.open("stderr");
            deaf = begun(before);
            AtomicLong sent = new AtomicLong();
            Thread sender = new Thread(() -> {
                try {
                    while (true) {
                        client.input(new byte[65_536], false);
                        sent.addAndGet(65_536);
                    }
                } catch (IOException e) {
                    // The connection was closed, as it should be.
                    return;
                }
            });
            sender.start();
            await().atMost(PATIENCE).during(Duration.ofSeconds(1)).until(() -> standsStill(sent));
            // What the kernel holds on both sides, and a little.
            assertThat(sent.get()).isLessThan(32 << 20);
            assertThat(deaf.isAlive()).isTrue();
            client.vanish();
            sender.join();
        }
        // Nothing is read from the connection any more: that the client is gone is seen all the same.
        await().atMost(PATIENCE).until(() -> !deaf.isAlive());
    }

    private long last;

    private boolean standsStill(AtomicLong sent) {
        long now = sent.get();
        boolean still = now > 0 && now == last;
        last = now;
        return still;
    }

    @Test
    void onlyTheWantedIsSent() throws Exception {
        Messages messages = new Messages();
        socket(annsTls, shell("echo out; echo err >&2").replace("stdout=true&", ""), "v4.channel.k8s.io", messages);
        assertThat(messages.status().path("status").asText()).isEqualTo("Success");
        assertThat(messages.text(1)).isEmpty();
        assertThat(messages.text(2)).isEqualTo("err\n");
    }

    @Test
    void whatDoesNotRunIsSaidAsTheEnd() throws Exception {
        Messages messages = new Messages();
        socket(annsTls, exec("web", "/no/such"), "v4.channel.k8s.io", messages);
        JsonNode status = messages.status();
        assertThat(status.path("status").asText()).isEqualTo("Failure");
        assertThat(status.path("message").asText()).contains("/no/such");
    }

    @Test
    void whatCannotBeIsRefusedBeforeAnythingRuns() throws Exception {
        int before = server.node.processes.size();
        String works = exec("web", "true");
        said(ann.get(works), 400, "Upgrade request required");
        said(ann.post(works, ""), 400, "SPDY/3.1");
        said(ann.post(works + "&stdin=true&tty=true", ""), 400, "leave out -t");
        said(ann.get(works.replaceAll("&?command=[^&]*", "")), 400, "say what to run");
        said(ann.get(works.replace("stdout=true&stderr=true&", "")), 400, "stdin, stdout and stderr are missing");
        said(ann.get(exec("pair", "true")), 400, "choose one of: [one two]");
        said(ann.get(exec("pair", "true") + "&container=three"), 400, "container three is not valid");
        said(ann.get(exec("no-such", "true")), 404, "\"no-such\" not found");
        said(ann.get(works.replace("/web/", "/web/more/")), 404, "could not find");
        said(ann.send("PUT", works, "application/json", "{}"), 405, "PUT");
        refused(annsTls, works, "v3.channel.k8s.io", 400);
        refused(annsTls, works + "&tty=1", "v4.channel.k8s.io", 400);
        assertThat(server.node.processes).hasSize(before);
    }

    private static void said(Answer answer, int code, String what) {
        assertThat(answer.code()).as("%s", answer.body()).isEqualTo(code);
        assertThat(answer.message()).contains(what);
    }

    @Test
    void aWatchOverAWebSocketEndsAtOnceSoThatClientsAskForAStream() {
        refused(annsTls, "/api/v1/namespaces/default/pods?watch=true", "v4.channel.k8s.io", 200);
    }

    @Test
    void otherSitesOpenNothing() throws Exception {
        HttpClient browser = HttpClient.newBuilder().sslContext(annsTls).build();
        URI uri = URI.create("wss://127.0.0.1:" + server.port() + exec("web", "true"));
        assertThatThrownBy(() -> browser.newWebSocketBuilder()
                        .subprotocols("v4.channel.k8s.io")
                        .header("Origin", "https://evil.example.com")
                        .buildAsync(uri, new Messages())
                        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        e -> assertThat(e.getResponse().statusCode()).isEqualTo(403));
    }

    @Test
    void itIsCreatedWhicheverTheTransport() throws Exception {
        SSLContext vic = server.showing(server.issue("acme", "vic", "viewers"));
        refused(vic, exec("web", "true"), "v4.channel.k8s.io", 403);
        assertThat(server.limited("acme", "vic", "viewers")
                        .get(exec("web", "true"))
                        .message())
                .contains("User \"vic\" cannot create resource \"pods/exec\"");
        assertThat(server.audit).anySatisfy(line -> assertThat(line)
                .contains(
                        "\"user\":\"vic\"",
                        "\"verb\":\"create\"",
                        "\"resource\":\"pods/exec\"",
                        "\"outcome\":\"denied\""));

        SSLContext eli = server.showing(server.issue("acme", "eli", "editors"));
        Messages messages = new Messages();
        socket(eli, shell("echo mine"), "v4.channel.k8s.io", messages);
        messages.status();
        assertThat(messages.text(1)).isEqualTo("mine\n");
        // A command that is short may end before it is written down.
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(server.audit)
                .filteredOn(l -> l.contains("\"user\":\"eli\""))
                .singleElement()
                .asString()
                .contains("\"resource\":\"pods/exec\"", "\"name\":\"web\"", "\"outcome\":\"done\"")
                .doesNotContain("mine"));
    }

    private static String binding(String user, String role) {
        return "{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: " + user
                + ", namespace: default}, subjects: [{kind: User, name: " + user
                + "}], roleRef: {kind: ClusterRole, name: " + role + "}}";
    }

    @Test
    void whoeverGoesAwayOrMayNoLongerEndsTheCommand() throws Exception {
        int before = server.node.processes.size();
        Process left;
        try (SpdyClient client = spdy(shell("exec sleep 600"))) {
            client.open("error");
            client.open("stdout");
            client.open("stderr");
            left = begun(before);
            assertThat(left.isAlive()).isTrue();
        }
        await().atMost(PATIENCE).until(() -> !left.isAlive());

        SSLContext flo = server.showing(server.issue("acme", "flo", "editors"));
        Messages messages = new Messages();
        WebSocket socket = socket(flo, shell("echo begun; exec sleep 600"), "v4.channel.k8s.io", messages);
        socket.sendPing(ByteBuffer.allocate(0));
        messages.pong.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        await().atMost(PATIENCE).until(() -> messages.text(1).equals("begun\n"));
        Process taken = begun(before + 1);
        ann.send("DELETE", "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings/flo", "", "");
        assertThat(messages.status().path("code").asInt()).isEqualTo(403);
        await().atMost(PATIENCE).until(() -> !taken.isAlive());
    }

    @Test
    void aClientThatDoesNotReadEndsTheCommand() throws Exception {
        int before = server.node.processes.size();
        try (SpdyClient client = spdy(shell("exec cat /dev/zero"))) {
            client.open("error");
            client.open("stdout");
            client.open("stderr");
            Process fast = begun(before);
            await().atMost(PATIENCE).until(() -> !fast.isAlive());
            assertThat(json(client.rest("error")).path("message").asText()).contains("faster than it was read");
        }
    }

    @Test
    void aTenantHasHalfOfThePlaces() throws Exception {
        server.tenant("crowd");
        server.apply(
                "crowd",
                "{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {nodeName: here, containers: [{name: main, image: registry.local/w:1}]}}");
        SSLContext cat = server.showing(server.issue("crowd", "cat"));
        int before = server.node.processes.size();
        WebSocket first = socket(cat, shell("exec sleep 600"), "v4.channel.k8s.io", new Messages());
        WebSocket second = socket(cat, shell("exec sleep 600"), "v4.channel.k8s.io", new Messages());
        refused(cat, shell("true"), "v4.channel.k8s.io", 429);
        first.abort();
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            Messages messages = new Messages();
            socket(cat, shell("echo in"), "v4.channel.k8s.io", messages);
            messages.status();
            return messages.text(1).equals("in\n");
        });
        second.abort();
        // Or it would be taken for the next test's.
        begun(before + 2);
    }
}
