package org.kochab.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.kochab.api.codec.CodecException;
import org.kochab.api.identity.UserIdentities;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceService;
import org.kochab.gateway.internal.core.ApiError;
import org.kochab.gateway.internal.core.Caller;
import org.kochab.gateway.internal.core.Request;
import org.kochab.gateway.internal.http.Limits;
import org.kochab.gateway.internal.service.Channels;
import org.kochab.gateway.internal.service.Exchange;
import org.kochab.gateway.internal.service.Forwards;

/** The platform with an object of each kind in tenant {@code default}, most of them named {@code a}, asked without a connection. */
final class FuzzPlatform implements AutoCloseable {
    static final String OBJECTS = "/fuzz/objects.yaml";
    static final TenantId TENANT = new TenantId("default");
    static final Caller ANN = new Caller(TENANT, "ann", List.of(UserIdentities.ADMINISTRATORS));

    private static final int STREAMS = 8;
    private static final int LONGEST_MESSAGE = 100_000;
    /** Of one thread's time, with the instructions that fuzzing adds. */
    private static final long MOST_SECONDS = 10;

    /** What is said of input in one of these ways is said by who did not think of it. */
    private static final List<String> UNTHOUGHT =
            List.of("null", "For input string", "Index ", "String index", "Text '");

    private final TestServer server;

    FuzzPlatform() throws Exception {
        server = new TestServer(Limits.DEFAULT, STREAMS);
        List<String> refused = new ArrayList<>();
        server.apply(TENANT.value(), FuzzText.resource(OBJECTS), refused::add);
        assertThat(refused).isEmpty();
    }

    ResourceService resources() {
        return server.resources();
    }

    /** Asks, and looks at how it is answered. */
    Recorded ask(Caller caller, Request request) {
        Recorded answer = new Recorded();
        within(() -> server.api().handle(request, Optional.of(caller), answer));
        answer.leave();
        assertThat(answer.code).as("%s %s", request, answer.text()).isNotIn(0, 500, 503, 504);
        if (answer.code >= 400) {
            said(answer.text());
        }
        assertThat(server.streams(caller.tenant())).isZero();
        server.audit.clear();
        return answer;
    }

    /** Does what may be refused in one of the ways that are for it; whether it was not. */
    static boolean unlessRefused(Runnable work) {
        try {
            within(work);
            return true;
        } catch (ApiError e) {
            assertThat(e.code()).isBetween(400, 499);
            said(e.getMessage());
        } catch (CodecException e) {
            said(e.getMessage());
        } catch (ResourceException e) {
            assertThat(e.reason())
                    .as(e.getMessage())
                    .isIn(
                            ResourceException.Reason.INVALID,
                            ResourceException.Reason.CONFLICT,
                            ResourceException.Reason.ALREADY_EXISTS,
                            ResourceException.Reason.NOT_FOUND);
            said(e.getMessage());
        }
        return false;
    }

    private static void said(String message) {
        assertThat(message).isNotBlank().hasSizeLessThan(LONGEST_MESSAGE);
        assertThat(UNTHOUGHT).as(message).noneMatch(message::startsWith);
    }

    /** Does it, in bounded time. */
    static void within(Runnable work) {
        long begun = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        work.run();
        long took = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begun;
        assertThat(took).isLessThan(TimeUnit.SECONDS.toNanos(MOST_SECONDS));
    }

    @Override
    public void close() {
        server.close();
    }

    /** An answer, whole or begun. */
    static final class Recorded implements Exchange, Exchange.Stream {
        private final List<Runnable> onEnd = new ArrayList<>();
        private byte[] body = new byte[0];
        private Runnable onGone = () -> {};
        private boolean ended;
        int code;

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        private synchronized void begin(int given) {
            if (code != 0) {
                fail("answered twice: %d, then %d", code, given);
            }
            code = given;
        }

        @Override
        public void answer(int given, String contentType, byte[] sent, List<String> warnings, int retryAfterSeconds) {
            begin(given);
            body = sent;
        }

        @Override
        public Stream stream(String contentType) {
            begin(200);
            return this;
        }

        @Override
        public Channels channels(Set<Channels.Channel> wanted, Consumer<Channels> ready) {
            throw ApiError.badRequest("Upgrade request required");
        }

        @Override
        public Forwards forwards(Forwards.Opener opener) {
            throw ApiError.badRequest("Upgrade request required");
        }

        @Override
        public void onGone(Runnable signal) {
            onGone = signal;
        }

        @Override
        public void send(byte[] part) {}

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void onWritable(Runnable signal) {}

        @Override
        public void endAfter(long seconds) {
            assertThat(seconds).isBetween(0L, 3_600L);
        }

        @Override
        public void onEnd(Runnable signal) {
            synchronized (onEnd) {
                if (!ended) {
                    onEnd.add(signal);
                    return;
                }
            }
            signal.run();
        }

        @Override
        public void end() {
            List<Runnable> told;
            synchronized (onEnd) {
                ended = true;
                told = List.copyOf(onEnd);
                onEnd.clear();
            }
            told.forEach(Runnable::run);
        }

        /** The client goes away. */
        void leave() {
            end();
            onGone.run();
        }
    }
}
