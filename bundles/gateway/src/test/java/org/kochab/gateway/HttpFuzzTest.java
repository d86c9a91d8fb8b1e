package org.kochab.gateway;

import static org.kochab.gateway.FuzzText.repeated;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.MethodSource;
import org.kochab.api.model.TenantId;
import org.kochab.api.node.CommandSink;
import org.kochab.api.node.NodeCommand;
import org.kochab.api.node.ResourceManagers;
import org.kochab.api.node.RunningCommand;
import org.kochab.gateway.internal.http.Limits;
import org.kochab.gateway.internal.http.LocalServer;
import org.kochab.gateway.internal.http.LocalServer.Connection;

/**
 * Whatever bytes come on a connection: every whole request is answered, by nothing unexpected, or the connection is cut off as it should, and nothing is
 * left of it. The first byte says who asks. {@code FF} ends a write; {@code FE} does, too, and the answer is awaited; what begins with a {@code +} is given the
 * right length of its body.
 */
class HttpFuzzTest {
    private static final Limits NARROW = new Limits(8, 20_000, 4_096, 60, 60, 4, 16, 10_000_000);
    private static final int STREAMS = 4;
    private static final int MOST_BYTES = 100_000;
    /** Connections after which what was stored is given up with all else. */
    private static final int ROUNDS = 2_000;

    private static final int AWAIT = 0xFE;

    private static TestServer platform;
    private static LocalServer server;
    private static List<SSLEngine> callers;
    private static int rounds;

    /** A node that runs nothing. */
    private static final class Echo extends TestNode {
        Echo(ResourceManagers others) {
            super(others);
        }

        @Override
        public RunningCommand command(String node, NodeCommand command, CommandSink sink) {
            sink.output(false, "hello\n".getBytes(StandardCharsets.US_ASCII));
            boolean goesOn = command.toString().contains("wait");
            CompletableFuture<Integer> exit = goesOn ? new CompletableFuture<>() : CompletableFuture.completedFuture(0);
            return running(exit, OutputStream.nullOutputStream(), () -> exit.complete(1));
        }
    }

    @BeforeAll
    static void start() throws Exception {
        platform = new TestServer(Limits.DEFAULT, STREAMS, Echo::new);
        platform.apply("default", FuzzText.resource(FuzzPlatform.OBJECTS));
        platform.apply(
                "default",
                "{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {nodeName: here, containers: [{name: main, image: registry.local/w:1}]}}");
        server = new LocalServer(
                NARROW,
                platform.identities()::current,
                platform.api()::caller,
                platform.api()::home,
                platform.api()::handle);
        callers = List.of(
                server.handshake(platform.showing(platform.issue("default", "ann"))),
                server.handshake(platform.showing(platform.issue("system", "operator"))),
                server.handshake(platform.trusting()));
        rounds = 0;
    }

    @AfterAll
    static void stop() {
        server.close();
        platform.close();
    }

    static Stream<byte[]> connections() {
        String pods = "/api/v1/namespaces/default/pods";
        String maps = "/api/v1/namespaces/default/configmaps";
        String map =
                "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"b\"},\"data\":{\"a\":\"b\"}}";
        return Stream.of(
                seed('0', get(pods), get("/version?timeout=32s"), get("/apis"), get("/api/v1"), get("/openapi/v2")),
                seed(
                        '0',
                        get("/healthz"),
                        "HEAD /readyz HTTP/1.1\r\n\r\n",
                        "OPTIONS * HTTP/1.1\r\n\r\n",
                        "CONNECT a:1 HTTP/1.1\r\n\r\n",
                        "TRACE / HTTP/1.0\r\n\r\n"),
                seed('2', get(pods), "GET /livez HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
                seed('2', "GET " + pods + " HTTP/1.1\r\nAuthorization: Bearer eyJhbGciOiJFUzI1NiJ9.e30.AAAA\r\n\r\n"),
                seed('0', "GET " + pods + " HTTP/1.1\r\nAuthorization: Bearer x\r\nImpersonate-User: x\r\n\r\n"),
                seed(
                        '0',
                        body("POST " + maps, "application/json", map),
                        get(maps + "/b"),
                        body("PUT " + maps + "/b", "application/yaml", map),
                        body(
                                "DELETE " + maps + "/b",
                                "application/json",
                                "{\"propagationPolicy\":\"Orphan\",\"gracePeriodSeconds\":0,\"preconditions\":{\"uid\":\"x\"}}")),
                seed(
                        '0',
                        body(
                                "PATCH " + pods + "/a",
                                "application/strategic-merge-patch+json; charset=utf-8",
                                "{\"metadata\":{\"labels\":{\"x\":\"y\"}}}")),
                seed(
                        '0',
                        body(
                                "PATCH " + pods + "/a/status",
                                "application/merge-patch+json",
                                "{\"status\":{\"phase\":\"Running\"}}"),
                        body("DELETE " + pods + "/a?gracePeriodSeconds=999999999999999999", "", "")),
                seed(
                        '0',
                        body("DELETE " + pods + "/web", "", "{\"gracePeriodSeconds\":9223372036854775807}"),
                        get(pods + "/web")),
                seed(
                        '0',
                        body(
                                "POST " + pods + "/a/eviction",
                                "application/json",
                                "{\"apiVersion\":\"policy/v1\",\"kind\":\"Eviction\",\"metadata\":{\"name\":\"a\"},\"deleteOptions\":{\"gracePeriodSeconds\":-1}}")),
                seed(
                        '0',
                        body(
                                "POST /api/v1/namespaces/default/serviceaccounts/a/token",
                                "application/json",
                                "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"TokenRequest\",\"spec\":{\"audiences\":[\"a\"],\"expirationSeconds\":600}}")),
                seed(
                        '0',
                        body(
                                "POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                                "application/json",
                                "{\"spec\":{\"resourceAttributes\":{\"verb\":\"get\",\"resource\":\"pods\",\"namespace\":\"default\"}}}"),
                        body(
                                "POST /apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
                                "application/json",
                                "{\"spec\":{\"namespace\":\"default\"}}")),
                seed(
                        '0',
                        body(
                                "PUT /apis/apps/v1/namespaces/default/deployments/a/scale",
                                "application/json",
                                "{\"apiVersion\":\"autoscaling/v1\",\"kind\":\"Scale\",\"metadata\":{\"name\":\"a\"},\"spec\":{\"replicas\":3}}")),
                seed(
                        '0',
                        body(
                                "POST /apis/rbac.authorization.k8s.io/v1/namespaces/default/roles",
                                "application/json",
                                "{\"apiVersion\":\"rbac.authorization.k8s.io/v1\",\"kind\":\"Role\",\"metadata\":{\"name\":\"b\"},\"rules\":[{\"apiGroups\":[\"\"],\"resources\":[\"*\"],\"verbs\":[\"*\"]}]}")),
                seed(
                        '1',
                        get("/tenants/default" + pods),
                        get("/apis/kochab.org/v1/tenants"),
                        body(
                                "POST /apis/kochab.org/v1/tenants",
                                "application/json",
                                "{\"apiVersion\":\"kochab.org/v1\",\"kind\":\"Tenant\",\"metadata\":{\"name\":\"b\"}}"),
                        get("/api/v1/nodes/x"),
                        get("/tenants/A_/api/v1/pods")),
                seed(
                        '0',
                        "GET " + pods
                                + "?watch=1&allowWatchBookmarks=1 HTTP/1.1\r\nAccept: application/json;as=Table;v=v1;g=meta.k8s.io\r\n\r\n"
                                + body("POST " + maps, "", map)),
                seed('0', get(pods + "/web/log?follow=true&tailLines=1"), get(pods)),
                seed(
                        '0',
                        get(pods + "?limit=1"),
                        "GET " + pods
                                + "?watch=1 HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"),
                seed(
                        '0',
                        exec(
                                "wait",
                                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n"),
                        latin("8980112233448281112233441182800000000088820000000003e8")),
                seed(
                        '0',
                        exec(
                                "echo",
                                "Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n"),
                        latin("800300060000000400000001" + "80030007000000080000000000000000" + "8003000100000000")),
                // Pipelined, chunked, cut in the middle, too long, not HTTP.
                seed('0', get(pods) + get("/version")),
                seed('0', get(pods) + get("/version") + get("/apis") + get("/api")),
                seed(
                        '0',
                        "POST " + maps
                                + " HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\n{\"kin\r\n0\r\nTrailer: x\r\n\r\n"),
                seed(
                        '0',
                        "POST " + maps
                                + " HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                seed('0', "POST " + maps + " HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}{}{}"),
                seed('0', "POST " + maps + " HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n", "{}"),
                seed(
                        '0',
                        "POST " + maps + " HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 200000\r\n\r\n",
                        get(pods)),
                seed(
                        '0',
                        get(pods) + "POST " + maps + " HTTP/1.1\r\nContent-Length: 200000\r\n\r\n"
                                + repeated(7, "xxxxx"),
                        get(pods)),
                seed(
                        '0',
                        "POST " + maps + " HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                        "POST " + maps + " HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n"),
                seed(
                        '0',
                        "GET /" + repeated(7, "aa") + " HTTP/1.1\r\n\r\n",
                        "GET / HTTP/1.1\r\nA: " + repeated(6, "a") + "\r\n\r\n"),
                seed('0', "GET /%zz?%zz=%&a HTTP/1.1\r\n\r\n"),
                seed('0', "GET /api/v1/pods?%zz=% HTTP/1.1\r\n\r\n", get("/version")),
                seed(
                        '0',
                        "GET //api///v1//namespaces/../pods/%2e%2e/a%00?watch=true;limit=1 HTTP/1.1\r\nHost: a\r\n b\r\n\r\n"),
                seed(
                        '0',
                        "GET http://h:1/api?x HTTP/1.1\r\n\r\n",
                        "GET  /api  HTTP/9.9\r\n\r\n",
                        "\r\n\r\nG\u0000T /api HTTP/1.1\r\n\r\n",
                        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                seed(
                        '0',
                        body("POST " + maps, "application/json", "[" + repeated(6, "[")),
                        body(
                                "POST " + maps,
                                "application/json",
                                "{\"a\":" + repeated(4, "{\"a\":") + "1" + repeated(4, "}") + "}")),
                seed(
                        '0',
                        body(
                                "PATCH " + maps + "/a",
                                "application/json-patch+json",
                                "[" + repeated(2, "{\"op\":\"copy\",\"from\":\"/data\",\"path\":\"/data/key\"},")
                                        + "{\"op\":\"test\",\"path\":\"\",\"value\":1}]")));
    }

    private static byte[] seed(char caller, String... pieces) {
        ByteArrayOutputStream made = new ByteArrayOutputStream();
        made.write(caller);
        for (String piece : pieces) {
            made.writeBytes(piece.getBytes(StandardCharsets.ISO_8859_1));
            made.write(AWAIT);
        }
        return made.toByteArray();
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: h\r\nAccept: */*\r\n\r\n";
    }

    private static String body(String line, String type, String body) {
        return "+" + line + " HTTP/1.1\r\nHost: h\r\nContent-Type: " + type + "\r\n\r\n" + body;
    }

    private static String exec(String command, String headers) {
        return "GET /api/v1/namespaces/default/pods/web/exec?stdout=1&stderr=1&command=" + command
                + " HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n";
    }

    private static String latin(String hex) {
        return new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1);
    }

    @MethodSource("connections")
    @FuzzTest
    void http(byte[] bytes) throws Exception {
        if (bytes.length == 0) {
            return;
        }
        if (++rounds > ROUNDS) {
            stop();
            start();
        }
        Connection connection = server.connect(callers.get(Math.floorMod(bytes[0] - '0', callers.size())));
        for (byte[] piece : pieces(bytes)) {
            byte last = piece[piece.length - 1];
            boolean ends = (last & 0xFF) >= AWAIT;
            connection.send(message(ends ? Arrays.copyOf(piece, piece.length - 1) : piece));
            if ((last & 0xFF) == AWAIT) {
                connection.settle();
            }
        }
        connection.end(FuzzPlatform.TENANT, TenantId.SYSTEM);
        platform.audit.clear();
    }

    /** With the bytes that end them. */
    private static List<byte[]> pieces(byte[] bytes) {
        List<byte[]> pieces = new ArrayList<>();
        int from = 1;
        for (int i = 1; i < bytes.length; i++) {
            if ((bytes[i] & 0xFF) >= AWAIT || i == bytes.length - 1) {
                pieces.add(Arrays.copyOfRange(bytes, from, i + 1));
                from = i + 1;
            }
        }
        return pieces;
    }

    private static byte[] message(byte[] piece) {
        String text = new String(FuzzText.expand(piece, MOST_BYTES), StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (!text.startsWith("+") || end < 0) {
            return text.getBytes(StandardCharsets.ISO_8859_1);
        }
        return (text.substring(1, end) + "\r\nContent-Length: " + (text.length() - end - 4) + text.substring(end))
                .getBytes(StandardCharsets.ISO_8859_1);
    }
}
