package org.kochab.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.kochab.api.identity.UserIdentities;
import org.kochab.api.model.TenantId;
import org.kochab.gateway.internal.core.Caller;
import org.kochab.gateway.internal.core.Request;
import org.kochab.gateway.internal.http.Limits;
import org.kochab.gateway.internal.service.Channels;
import org.kochab.gateway.internal.service.Exchange;
import org.kochab.gateway.internal.service.Forwards;

class BriefWatchTest {
    /** An answer whose time is over at once. */
    private static final class Brief implements Exchange, Exchange.Stream {
        private final List<Runnable> onEnd = new ArrayList<>();
        final List<String> parts = new ArrayList<>();
        boolean ended;

        @Override
        public void answer(int code, String contentType, byte[] body, List<String> warnings, int retryAfterSeconds) {
            throw new AssertionError(new String(body, StandardCharsets.UTF_8));
        }

        @Override
        public Stream stream(String contentType) {
            return this;
        }

        @Override
        public Channels channels(Set<Channels.Channel> wanted, Consumer<Channels> ready) {
            throw new AssertionError("a watch has no channels");
        }

        @Override
        public Forwards forwards(Forwards.Opener opener) {
            throw new AssertionError("a watch has no channels");
        }

        @Override
        public void onGone(Runnable signal) {
            // The client stays.
        }

        @Override
        public synchronized void send(byte[] part) {
            if (!ended) {
                parts.add(new String(part, StandardCharsets.UTF_8));
            }
        }

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void onWritable(Runnable signal) {
            // It is all the time.
        }

        @Override
        public synchronized void onEnd(Runnable signal) {
            onEnd.add(signal);
        }

        @Override
        public void endAfter(long seconds) {
            end();
        }

        @Override
        public synchronized void end() {
            ended = true;
            onEnd.forEach(Runnable::run);
            onEnd.clear();
        }
    }

    @Test
    void aWatchHasWhatThereWasHoweverShortItIs() throws Exception {
        try (TestServer server = new TestServer(Limits.DEFAULT, 4)) {
            server.apply("default", "{apiVersion: v1, kind: ConfigMap, metadata: {name: there}}");
            Brief watch = new Brief();
            server.api()
                    .handle(
                            new Request(
                                    "GET",
                                    List.of("api", "v1", "namespaces", "default", "configmaps"),
                                    new TreeMap<>(Map.of("watch", List.of("1"), "timeoutSeconds", List.of("1"))),
                                    "",
                                    "",
                                    "",
                                    new byte[0]),
                            Optional.of(
                                    new Caller(new TenantId("default"), "ann", List.of(UserIdentities.ADMINISTRATORS))),
                            watch);
            assertThat(watch.ended).isTrue();
            assertThat(watch.parts).singleElement().asString().contains("\"ADDED\"", "there");
            assertThat(server.streams(new TenantId("default"))).isZero();
        }
    }
}
