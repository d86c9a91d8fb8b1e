package org.kochab.store.ignite.internal.grid;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteException;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.events.DiscoveryEvent;
import org.apache.ignite.events.Event;
import org.apache.ignite.events.EventType;
import org.apache.ignite.lang.IgniteBiPredicate;
import org.apache.ignite.lang.IgnitePredicate;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.cluster.MemberCallException;
import org.kochab.spi.cluster.MemberCallException.Reason;
import org.kochab.spi.cluster.MemberCalls;
import org.kochab.store.ignite.internal.core.CallMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls between members as ordered Ignite messages of plain bytes. Listeners are local on every member; no class and no function
 * travels.
 */
final class IgniteMemberCalls implements MemberCalls, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IgniteMemberCalls.class);
    private static final String TOPIC = "kochab-calls";

    private final Ignite ignite;
    private final String member;
    private final Map<String, Handler> services = new ConcurrentHashMap<>();
    private final Map<Long, Asked> asked = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong openBytes = new AtomicLong();
    private final ScheduledThreadPoolExecutor timer;
    private final Senders senders;
    private final IgniteBiPredicate<UUID, Object> messages;
    private final IgnitePredicate<Event> departures;
    private volatile boolean closed;

    private static final class Asked {
        final UUID node;
        final CompletableFuture<byte[]> answer = new CompletableFuture<>();

        Asked(UUID node) {
            this.node = node;
        }
    }

    IgniteMemberCalls(Ignite ignite, String member) {
        this.ignite = ignite;
        this.member = member;
        this.timer = new ScheduledThreadPoolExecutor(1, run -> Outside.thread(run, "kochab-store-ignite-calls-timer"));
        timer.setRemoveOnCancelPolicy(true);
        this.senders = new Senders(ignite, TOPIC);
        this.messages = new Messages(this);
        this.departures = new Departures(this);
        ignite.message().localListen(TOPIC, messages);
        ignite.events().localListen(departures, EventType.EVT_NODE_LEFT, EventType.EVT_NODE_FAILED);
    }

    /** Ignite's types of listeners are serializable; these never leave this JVM. */
    private static final class Messages implements IgniteBiPredicate<UUID, Object> {
        private static final long serialVersionUID = 1L;
        private final transient IgniteMemberCalls calls;

        Messages(IgniteMemberCalls calls) {
            this.calls = calls;
        }

        @Override
        public boolean apply(UUID node, Object message) {
            Outside.call(() -> calls.arrived(node, message));
            return true;
        }
    }

    private static final class Departures implements IgnitePredicate<Event> {
        private static final long serialVersionUID = 1L;
        private final transient IgniteMemberCalls calls;

        Departures(IgniteMemberCalls calls) {
            this.calls = calls;
        }

        @Override
        public boolean apply(Event event) {
            Outside.call(() -> calls.gone(((DiscoveryEvent) event).eventNode().id()));
            return true;
        }
    }

    @Override
    public String member() {
        return member;
    }

    @Override
    public List<String> members() {
        return nodes().stream().map(IgniteMemberCalls::name).sorted().toList();
    }

    private Collection<ClusterNode> nodes() {
        try {
            return closed ? List.of() : ignite.cluster().forServers().nodes();
        } catch (IllegalStateException e) {
            // Ignite has stopped itself; the store that this belongs to is about to be withdrawn.
            return List.of();
        }
    }

    private static String name(ClusterNode node) {
        return node.consistentId().toString();
    }

    private @Nullable ClusterNode node(String name) {
        return nodes().stream().filter(n -> name(n).equals(name)).findFirst().orElse(null);
    }

    @Override
    public CompletionStage<byte[]> request(String to, String service, byte[] payload, Duration timeout) {
        if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException("timeout is " + timeout + ": use up to " + MAX_TIMEOUT);
        }
        if (payload.length > MAX_BYTES) {
            return failed(Reason.TOO_LARGE, payload.length + " bytes for member " + to + ": at most " + MAX_BYTES);
        }
        ClusterNode node = node(to);
        if (node == null) {
            return failed(Reason.UNREACHABLE, "member " + to + " is not there now");
        }
        int calls = open.incrementAndGet();
        long bytes = openBytes.addAndGet(payload.length);
        if (calls > MAX_CALLS || bytes > MAX_CALL_BYTES) {
            open.decrementAndGet();
            openBytes.addAndGet(-payload.length);
            return failed(Reason.BUSY, "too many calls to other members are under way");
        }
        return send(node, to, service, payload, timeout);
    }

    private CompletionStage<byte[]> send(
            ClusterNode node, String to, String service, byte[] payload, Duration timeout) {
        long id = ids.incrementAndGet();
        Asked call = new Asked(node.id());
        asked.put(id, call);
        CompletableFuture<byte[]> told = new CompletableFuture<>();
        var alarm = timer.schedule(
                () -> fail(
                        id, Reason.TIMED_OUT, "member " + to + " did not answer within " + timeout.toMillis() + " ms"),
                timeout.toMillis() + 1,
                TimeUnit.MILLISECONDS);
        call.answer.whenComplete((answer, failure) -> {
            alarm.cancel(false);
            open.decrementAndGet();
            openBytes.addAndGet(-payload.length);
            // Only now: whoever is told may ask the next thing at once.
            if (failure == null) {
                told.complete(answer);
            } else {
                told.completeExceptionally(failure);
            }
        });
        if (!senders.send(node, CallMessage.request(id, service, payload))) {
            fail(id, Reason.BUSY, "too much waits to be sent to member " + to);
        } else if (node(to) == null) {
            // It went between the look and the entry in the table, so its departure has not found this call.
            gone(node.id());
        }
        return told;
    }

    private static CompletionStage<byte[]> failed(Reason reason, String message) {
        return CompletableFuture.failedFuture(new MemberCallException(reason, message));
    }

    private void fail(long id, Reason reason, String message) {
        Asked call = asked.remove(id);
        if (call != null) {
            call.answer.completeExceptionally(new MemberCallException(reason, message));
        }
    }

    private void gone(UUID node) {
        senders.forget(node);
        asked.forEach((id, call) -> {
            if (call.node.equals(node)) {
                fail(id, Reason.LOST, "the member that was asked went away");
            }
        });
    }

    private void arrived(UUID from, Object message) {
        ClusterNode node =
                nodes().stream().filter(n -> n.id().equals(from)).findFirst().orElse(null);
        if (node == null || !(message instanceof byte[] bytes)) {
            return;
        }
        try {
            CallMessage call = CallMessage.decode(bytes);
            switch (call.kind()) {
                case REQUEST -> serve(node, call);
                case ANSWER -> {
                    Asked of = asked.remove(call.id());
                    if (of != null) {
                        of.answer.complete(call.payload());
                    }
                }
                case FAILURE -> fail(call.id(), call.reason(), call.text());
            }
        } catch (IllegalArgumentException e) {
            LOG.warn("A message of member {} cannot be read: {}", name(node), e.getMessage());
        }
    }

    private void serve(ClusterNode from, CallMessage call) {
        Handler handler = services.get(call.text());
        if (handler == null) {
            senders.send(
                    from,
                    CallMessage.failure(
                            call.id(), Reason.NO_SERVICE, "member " + member + " does not serve " + call.text()));
            return;
        }
        try {
            handler.handle(name(from), call.payload()).whenComplete((answer, failure) -> {
                if (failure == null && answer.length <= MAX_BYTES) {
                    senders.send(from, CallMessage.answer(call.id(), answer));
                } else {
                    String why = failure == null
                            ? "the answer has " + answer.length + " bytes: at most " + MAX_BYTES
                            : String.valueOf(failure.getMessage());
                    senders.send(from, CallMessage.failure(call.id(), Reason.FAILED, why));
                }
            });
        } catch (RuntimeException e) {
            LOG.warn("Service {} failed for member {}", call.text(), name(from), e);
            senders.send(from, CallMessage.failure(call.id(), Reason.FAILED, String.valueOf(e.getMessage())));
        }
    }

    @Override
    public Serving serve(String service, Handler handler) {
        if (services.putIfAbsent(service, handler) != null) {
            throw new IllegalArgumentException("service " + service + " is served already");
        }
        return () -> services.remove(service, handler);
    }

    /** Before Ignite stops. What is under way fails as if its member had gone. */
    @Override
    public void close() {
        closed = true;
        try {
            ignite.events().stopLocalListen(departures);
            ignite.message().stopLocalListen(TOPIC, messages);
        } catch (IllegalStateException | IgniteException e) {
            LOG.debug("Ignite has stopped already", e);
        }
        asked.keySet().forEach(id -> fail(id, Reason.LOST, "this member leaves the others"));
        timer.shutdownNow();
        senders.close();
    }
}
