package org.kochab.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kochab.api.gateway.TenantUsage;
import org.kochab.api.model.TenantId;
import org.kochab.gateway.TestServer.Answer;
import org.kochab.gateway.TestServer.User;
import org.kochab.gateway.internal.http.ApiServer;
import org.kochab.gateway.internal.http.Limits;

/** Real clients over TLS; what they ask for hangs as long as a test wants it to. */
class FlowControlTest {
    /** Two requests at the same time, one of them a tenant's; four may wait, two of them a tenant's. */
    private static final Limits LIMITS = new Limits(64, 200_000, 8_192, 60, 60, 2, 4, 100);

    private static final String HANGS = "/hangs";
    private static final String ANSWERS = "/answers";
    private static final String BREAKS = "/breaks";

    private static TestServer platform;

    private final CountDownLatch released = new CountDownLatch(1);
    private final List<CompletableFuture<Answer>> hanging = new ArrayList<>();
    private ApiServer server;

    @BeforeAll
    static void start() throws Exception {
        platform = new TestServer(LIMITS, 4);
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @BeforeEach
    void listen() throws Exception {
        server = listen(LIMITS);
    }

    private ApiServer listen(Limits limits) throws Exception {
        return platform.listen(
                limits, tenant -> tenant.value().startsWith("lost") ? "tp-2" : "tp-1", (request, caller, exchange) -> {
                    if (HANGS.equals("/" + request.path().get(request.path().size() - 1))) {
                        try {
                            released.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    }
                    if (BREAKS.equals("/" + request.path().get(0))) {
                        throw new StackOverflowError();
                    }
                    exchange.answer(200, "text/plain", new byte[0], List.of(), 0);
                });
    }

    @AfterEach
    void end() {
        released.countDown();
        hanging.forEach(CompletableFuture::join);
        server.close();
    }

    private User user(String tenant) throws Exception {
        return platform.user(tenant).at(server.port());
    }

    private void hang(User user, String path) {
        hanging.add(CompletableFuture.supplyAsync(() -> {
            try {
                return user.get(path);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }));
    }

    private TenantUsage usage(String tenant) {
        return server.usage(t -> 0).stream()
                .filter(u -> u.tenant().equals(new TenantId(tenant)))
                .findFirst()
                .orElse(new TenantUsage(new TenantId(tenant), 0, 0, Duration.ZERO, 0, 0, 0));
    }

    /** One is being answered and two wait: more it may not have. */
    private User full(String tenant) throws Exception {
        User user = user(tenant);
        for (int i = 0; i < 3; i++) {
            hang(user, HANGS);
        }
        await().atMost(Duration.ofSeconds(20))
                .until(() -> usage(tenant).running() == 1 && usage(tenant).waiting() == 2);
        return user;
    }

    @Test
    void aTenantThatAsksForTooMuchIsToldWhichLimitAndWhenToTryAgain() throws Exception {
        User acme = full("acme");
        Answer refused = acme.get(ANSWERS);
        assertThat(refused.code()).isEqualTo(429);
        assertThat(refused.reason()).isEqualTo("TooManyRequests");
        assertThat(refused.message()).startsWith("tenant acme has 2 requests waiting, its limit");
        assertThat(refused.retryAfter()).isEqualTo("1");
        assertThat(refused.body().at("/details/retryAfterSeconds").asInt()).isEqualTo(1);
        assertThat(usage("acme").rejected()).isEqualTo(1);
    }

    @Test
    void whatFailsInAWayThatNobodyExpectsIsAnsweredToo() throws Exception {
        Answer failed = user("acme").get(BREAKS);
        assertThat(failed.code()).isEqualTo(500);
        assertThat(failed.reason()).isEqualTo("InternalError");
    }

    /** It would be taken for the answer to the request before. */
    @Test
    void aRequestThatIsTooLongIsNotRefusedBeforeTheOneBeforeItIsAnswered() throws Exception {
        SSLContext acme = platform.showing(platform.issue("acme", "ann"));
        for (String expectation : List.of("", "Expect: 100-continue\r\n")) {
            try (Socket socket =
                    acme.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), server.port())) {
                socket.setSoTimeout(20_000);
                String first = "GET " + HANGS + " HTTP/1.1\r\n\r\n";
                String tooLong = "POST " + ANSWERS + " HTTP/1.1\r\nContent-Length: 300000\r\n" + expectation + "\r\n";
                socket.getOutputStream().write((first + tooLong + "x").getBytes(StandardCharsets.US_ASCII));
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void othersAreAnsweredMeanwhile() throws Exception {
        full("acme");
        User other = user("other");
        for (int i = 0; i < 10; i++) {
            assertThat(other.get(ANSWERS).code()).isEqualTo(200);
        }
        // A request is counted when its answer is out, which its client may see before.
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(usage("other").requests()).isEqualTo(10));
        assertThat(user("system").get(ANSWERS).code()).isEqualTo(200);
    }

    @Test
    void aPartitionThatDoesNotAnswerHoldsUpNoOther() throws Exception {
        full("lost-1");
        hang(user("lost-2"), HANGS);
        await().atMost(Duration.ofSeconds(20)).until(() -> usage("lost-2").running() == 1);
        User operator = user("system");
        hang(operator, "/tenants/lost-1" + HANGS);
        hang(user("acme"), HANGS);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> usage("system").running() == 1 && usage("acme").running() == 1);
        assertThat(user("other").get(ANSWERS).code()).isEqualTo(200);
        assertThat(operator.get("/tenants/acme" + ANSWERS).code()).isEqualTo(200);
    }

    @Test
    void requestsASecondAreLimited() throws Exception {
        server.close();
        server = listen(new Limits(64, 200_000, 8_192, 60, 60, 2, 4, 1));
        User acme = user("acme");
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            answers.add(acme.get(ANSWERS));
        }
        assertThat(answers.get(0).code()).isEqualTo(200);
        Answer refused =
                answers.stream().filter(a -> a.code() == 429).findFirst().orElseThrow();
        assertThat(refused.message()).contains("more than 1 requests a second", "limit.requestsPerSecond");
        assertThat(refused.retryAfter()).isEqualTo("1");
        assertThat(user("other").get(ANSWERS).code()).isEqualTo(200);
        User operator = user("system");
        for (int i = 0; i < 10; i++) {
            assertThat(operator.get(ANSWERS).code()).isEqualTo(200);
        }
    }

    @Test
    void connectionsOfATenantAreLimited() throws Exception {
        server.close();
        server = listen(new Limits(4, 200_000, 8_192, 60, 60, 2, 4, 100));
        User first = user("acme");
        User second = user("acme");
        assertThat(first.get(ANSWERS).code()).isEqualTo(200);
        assertThat(second.get(ANSWERS).code()).isEqualTo(200);
        Answer refused = user("acme").get(ANSWERS);
        assertThat(refused.code()).isEqualTo(429);
        assertThat(refused.message()).contains("limit.connections");
        assertThat(user("other").get(ANSWERS).code()).isEqualTo(200);
    }
}
