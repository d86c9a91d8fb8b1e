package org.kochab.testkit.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.kochab.spi.cluster.MemberCallException;
import org.kochab.spi.cluster.MemberCallException.Reason;
import org.kochab.spi.cluster.MemberCalls;
import org.kochab.spi.cluster.MemberCalls.Serving;

/** What callers rely on. An engine's own test extends this class and joins members {@code a} and {@code b}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
public abstract class MemberCallsContractTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private MemberCalls a;
    private MemberCalls b;
    private final List<Serving> served = new ArrayList<>();

    /** Joins two members, {@code a} first, that see each other. */
    protected abstract List<MemberCalls> join() throws Exception;

    /** Ends member {@code b} as abruptly as it can be ended. */
    protected abstract void kill() throws Exception;

    /** Ends what is left. */
    protected abstract void end() throws Exception;

    @BeforeAll
    void joinBoth() throws Exception {
        List<MemberCalls> both = join();
        a = both.get(0);
        b = both.get(1);
    }

    @AfterAll
    void endBoth() throws Exception {
        end();
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void whatADeadMemberWasAskedIsLost() throws Exception {
        CompletableFuture<byte[]> never = new CompletableFuture<>();
        CompletableFuture<Void> asked = new CompletableFuture<>();
        b.serve("never", (from, payload) -> {
            asked.complete(null);
            return never;
        });
        CompletionStage<byte[]> open = a.request("b", "never", new byte[1], Duration.ofMinutes(1));
        asked.get(20, TimeUnit.SECONDS);
        kill();
        assertThat(failure(open)).isEqualTo(Reason.LOST);
        assertThat(a.members()).containsExactly("a");
        assertThat(failure(a.request("b", "never", new byte[0], SOON))).isEqualTo(Reason.UNREACHABLE);
    }

    @AfterEach
    void serveNothing() {
        served.forEach(Serving::close);
        served.clear();
    }

    private void serve(String service, MemberCalls.Handler handler) {
        served.add(b.serve(service, handler));
    }

    @Test
    void bothSeeBoth() {
        assertThat(a.member()).isEqualTo("a");
        assertThat(b.member()).isEqualTo("b");
        assertThat(a.members()).containsExactly("a", "b");
        assertThat(b.members()).containsExactly("a", "b");
    }

    @Test
    void anAnswerComesBackAndSaysWhoAsked() throws Exception {
        serve("echo", (from, p) -> done(from + ":" + new String(p, UTF_8)));
        assertThat(text(a.request("b", "echo", "hello".getBytes(UTF_8), SOON))).isEqualTo("a:hello");
        assertThat(text(b.request("b", "echo", "self".getBytes(UTF_8), SOON))).isEqualTo("b:self");
        serveNothing();
        assertThat(failure(a.request("b", "echo", new byte[0], SOON))).isEqualTo(Reason.NO_SERVICE);
    }

    @Test
    void aServiceIsServedOnce() {
        serve("once", (from, p) -> done(""));
        assertThatThrownBy(() -> serve("once", (from, p) -> done(""))).isInstanceOf(IllegalArgumentException.class);
        serveNothing();
        serve("once", (from, p) -> done(""));
    }

    @Test
    void failuresHaveTheirReason() throws Exception {
        CompletableFuture<byte[]> never = new CompletableFuture<>();
        serve("fails", (from, p) -> CompletableFuture.failedFuture(new RuntimeException("so")));
        serve("throws", (from, p) -> {
            throw new IllegalStateException("thrown");
        });
        serve("silent", (from, p) -> never);
        assertThatThrownBy(() -> text(a.request("b", "fails", new byte[0], SOON)))
                .hasRootCauseInstanceOf(MemberCallException.class)
                .hasStackTraceContaining("so");
        assertThat(failure(a.request("b", "throws", new byte[0], SOON))).isEqualTo(Reason.FAILED);
        assertThat(failure(a.request("b", "silent", new byte[0], Duration.ofMillis(50))))
                .isEqualTo(Reason.TIMED_OUT);
        assertThat(failure(a.request("c", "silent", new byte[0], SOON))).isEqualTo(Reason.UNREACHABLE);
        assertThat(failure(a.request("b", "silent", new byte[MemberCalls.MAX_BYTES + 1], SOON)))
                .isEqualTo(Reason.TOO_LARGE);
    }

    @Test
    void onesRequestsArriveInOrder() throws Exception {
        int count = 2_000;
        List<Integer> arrived = new ArrayList<>();
        serve("order", (from, p) -> {
            synchronized (arrived) {
                arrived.add((p[0] & 0xff) << 8 | p[1] & 0xff);
            }
            return done("");
        });
        List<CompletionStage<byte[]>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(a.request("b", "order", new byte[] {(byte) (i >> 8), (byte) i}, SOON));
        }
        for (CompletionStage<byte[]> each : all) {
            text(each);
        }
        assertThat(arrived).hasSize(count).isSorted();
    }

    @Test
    void largeRequestsAndAnswersFit() throws Exception {
        byte[] large = new byte[MemberCalls.MAX_BYTES];
        large[large.length - 1] = 7;
        serve("large", (from, p) -> CompletableFuture.completedFuture(p));
        assertThat(a.request("b", "large", large, SOON).toCompletableFuture().get(20, TimeUnit.SECONDS))
                .isEqualTo(large);
    }

    @Test
    void whatIsUnderWayIsBounded() throws Exception {
        CompletableFuture<byte[]> later = new CompletableFuture<>();
        serve("slow", (from, p) -> later);
        List<CompletionStage<byte[]>> all = new ArrayList<>();
        for (int i = 0; i < MemberCalls.MAX_CALLS; i++) {
            all.add(a.request("b", "slow", new byte[0], Duration.ofMinutes(1)));
        }
        assertThat(failure(a.request("b", "slow", new byte[0], SOON))).isEqualTo(Reason.BUSY);
        later.complete(new byte[0]);
        for (CompletionStage<byte[]> each : all) {
            text(each);
        }
    }

    @Test
    void whoIsAnsweredMayAskTheNextThingAtOnce() throws Exception {
        CompletableFuture<byte[]> later = new CompletableFuture<>();
        serve("slow", (from, p) -> later);
        serve("echo", (from, p) -> CompletableFuture.completedFuture(p));
        List<CompletionStage<byte[]>> all = new ArrayList<>();
        for (int i = 0; i < MemberCalls.MAX_CALLS; i++) {
            all.add(a.request("b", "slow", new byte[0], Duration.ofMinutes(1))
                    .thenCompose(answer -> a.request("b", "echo", "next".getBytes(UTF_8), SOON)));
        }
        later.complete(new byte[0]);
        for (CompletionStage<byte[]> each : all) {
            assertThat(text(each)).isEqualTo("next");
        }
    }

    private static CompletionStage<byte[]> done(String text) {
        return CompletableFuture.completedFuture(text.getBytes(UTF_8));
    }

    private static String text(CompletionStage<byte[]> stage)
            throws InterruptedException, ExecutionException, TimeoutException {
        return new String(stage.toCompletableFuture().get(60, TimeUnit.SECONDS), UTF_8);
    }

    private static Reason failure(CompletionStage<byte[]> stage) throws InterruptedException, TimeoutException {
        try {
            stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
            throw new AssertionError("it was answered");
        } catch (ExecutionException e) {
            return ((MemberCallException) e.getCause()).reason();
        }
    }
}
