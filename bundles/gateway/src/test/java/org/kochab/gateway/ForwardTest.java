package org.kochab.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kochab.api.model.TenantId;
import org.kochab.gateway.internal.http.Limits;

/** Connections to ports of pods, as kubectl makes them. */
@Timeout(60)
class ForwardTest {
    private static final String PATH = "/api/v1/namespaces/default/pods/web/portforward";
    private static final String PROTOCOL = "portforward.k8s.io";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static TestServer server;
    private static SSLContext annsTls;

    @BeforeAll
    static void start() throws Exception {
        server = new TestServer(Limits.DEFAULT, 4);
        server.tenant("acme");
        server.apply(
                "acme",
                "{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {nodeName: here, containers: [{name: main, image: registry.local/w:1}, {name: other, image: registry.local/w:1}]}}");
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

    private static SpdyClient client() throws IOException {
        SpdyClient client = new SpdyClient(annsTls, server.port(), PATH, PROTOCOL);
        assertThat(client.head)
                .startsWith("HTTP/1.1 101 ")
                .containsIgnoringCase("x-stream-protocol-version: " + PROTOCOL);
        return client;
    }

    /** Says back what it hears, and ends when it has heard all. */
    private static ServerSocket echo() throws IOException {
        ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(() -> {
            while (!listener.isClosed()) {
                try (Socket one = listener.accept()) {
                    one.getInputStream().transferTo(one.getOutputStream());
                } catch (IOException e) {
                    // The test has ended.
                    continue;
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
        return listener;
    }

    @Test
    void eachPairOfStreamsIsAConnectionOfItsOwn() throws Exception {
        try (ServerSocket echo = echo();
                SpdyClient client = client()) {
            client.forward(echo.getLocalPort(), "0");
            client.input("data-0", "first".getBytes(StandardCharsets.UTF_8), true);
            client.forward(echo.getLocalPort(), "1");
            client.input("data-1", new byte[1_000_000], true);
            client.ping();
            assertThat(client.rest("data-0")).isEqualTo("first");
            assertThat(client.rest("data-1")).hasSize(1_000_000);
            assertThat(client.rest("error-0")).isEmpty();
            await().atMost(PATIENCE)
                    .until(() -> server.audit.stream().anyMatch(l -> l.contains("\"resource\":\"pods/portforward\"")));
        }
    }

    @Test
    void whyThereIsNoConnectionIsSaid() throws Exception {
        ServerSocket closed = new ServerSocket(0);
        closed.close();
        try (SpdyClient client = client()) {
            client.forward(closed.getLocalPort(), "0");
            client.forward(70_000, "1");
            assertThat(client.rest("error-0")).contains("Node here", "refused");
            assertThat(client.rest("error-1")).contains("port 70000 is none");
        }
    }

    @Test
    void connectionsAreBounded() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                SpdyClient client = client()) {
            client.forward(silent.getLocalPort(), "0");
            client.forward(silent.getLocalPort(), "1");
            client.forward(silent.getLocalPort(), "2");
            assertThat(client.end("error-2")).contains("too many");
        }
    }

    @Test
    void whoMayNotCreateItIsRefused() throws Exception {
        assertThat(server.limited("acme", "vic", "viewers").get(PATH).message())
                .contains("cannot create resource \"pods/portforward\"");
        assertThat(server.user("acme").get(PATH).message()).contains("Upgrade request required", PROTOCOL);
    }
}
