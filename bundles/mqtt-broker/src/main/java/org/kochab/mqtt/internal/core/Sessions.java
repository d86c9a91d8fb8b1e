package org.kochab.mqtt.internal.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.kochab.mqtt.internal.core.packet.Inbound;
import org.kochab.mqtt.internal.core.packet.Reason;
import org.kochab.spi.mqtt.MqttPrincipal;

/** All sessions: their clients come, are replaced, go, come back or stay away until the session's time is over. */
final class Sessions {
    private static final int WILL_OVERHEAD = 256;

    private final Limits limits;
    private final Budget queued;
    private final Counters counters;
    private final Router router;
    private final LongSupplier clock;
    private final Map<Owner, Session> byOwner = new HashMap<>();
    private final Set<Session> absent = new LinkedHashSet<>();
    private final Deadlines<Session> deadlines = new Deadlines<>();

    /** A client id belongs to its principal: who guesses another's gets a session of its own, and keeps nobody out. */
    private record Owner(MqttPrincipal principal, String clientId) {}

    /**
     * What became of a CONNECT.
     *
     * @param session null when refused
     * @param present whether it existed before
     */
    record Opened(@Nullable Session session, boolean present, Reason reason) {
        static Opened refused(Reason reason) {
            return new Opened(null, false, reason);
        }
    }

    Sessions(Limits limits, Budget queued, Counters counters, Router router, LongSupplier clock) {
        this.limits = limits;
        this.queued = queued;
        this.counters = counters;
        this.router = router;
        this.clock = clock;
    }

    /** Gives the client its session: a new one, or the one it left, from whatever connection it had before. */
    Opened open(String clientId, MqttPrincipal principal, Link link, Inbound.Connect connect) {
        Owner owner = new Owner(principal, clientId);
        Session session = byOwner.get(owner);
        if (session != null && session.link != null) {
            Link old = session.link;
            leave(session, true);
            old.close(Reason.SESSION_TAKEN_OVER, "The same client id connected again.");
            session = byOwner.get(owner);
        }
        if (session != null && connect.cleanStart()) {
            end(session);
            session = null;
        }
        Inbound.Will will = connect.will();
        if (will != null && !queued.take(charge(will))) {
            return Opened.refused(Reason.QUOTA_EXCEEDED);
        }
        boolean present = session != null;
        if (session == null) {
            if (byOwner.size() >= limits.sessions() && !evict()) {
                dropCharge(will);
                return Opened.refused(Reason.QUOTA_EXCEEDED);
            }
            session = new Session(clientId, principal, outbox(principal));
            byOwner.put(owner, session);
        } else {
            absent.remove(session);
            dropCharge(session.will);
        }
        session.will = will;
        session.link = link;
        session.lastSeen = clock.getAsLong();
        session.outbox.attach(connect.version(), connect.receiveMaximum(), connect.maximumPacketSize());
        return new Opened(session, present, Reason.SUCCESS);
    }

    /** The session's times are set: from now on they count. */
    void watch(Session session) {
        schedule(session, session.patienceMillis == 0 ? Long.MAX_VALUE : session.lastSeen + session.patienceMillis);
    }

    /**
     * The client has gone.
     *
     * @param lost without saying goodbye: its will is to be published, if it does not come back within the will's delay
     */
    void leave(Session session, boolean lost) {
        session.link = null;
        session.lastSeen = clock.getAsLong();
        if (!lost) {
            dropCharge(session.will);
            session.will = null;
        }
        Inbound.Will will = session.will;
        if (session.expiryMillis == 0) {
            end(session);
            return;
        }
        absent.add(session);
        if (will != null) {
            session.willAt = session.lastSeen + Math.min(will.delay() * 1_000, session.expiryMillis);
        }
        due(session);
    }

    void expire(long now) {
        deadlines.expire(now, session -> {
            session.deadline = null;
            due(session);
        });
    }

    /** Closes the connections of all clients of that id and forgets their sessions. */
    void drop(String clientId, Reason reason, String explanation) {
        drop(session -> session.clientId.equals(clientId), reason, explanation);
    }

    /** The same for all clients of a principal. */
    void drop(MqttPrincipal principal, Reason reason, String explanation) {
        drop(session -> session.principal.equals(principal), reason, explanation);
    }

    private void drop(Predicate<Session> which, Reason reason, String explanation) {
        byOwner.values().stream().filter(which).toList().forEach(session -> drop(session, reason, explanation));
    }

    private void drop(Session session, Reason reason, String explanation) {
        Link link = session.link;
        session.link = null;
        end(session);
        if (link != null) {
            link.close(reason, explanation);
        }
    }

    void closeAll(Reason reason, String explanation) {
        for (Session session : new ArrayList<>(byOwner.values())) {
            if (session.link != null) {
                session.link.close(reason, explanation);
            }
        }
    }

    int size() {
        return byOwner.size();
    }

    int connected() {
        return byOwner.size() - absent.size();
    }

    /** Names of all clients, for tests and listings. */
    List<String> clientIds() {
        return byOwner.keySet().stream().map(Owner::clientId).sorted().toList();
    }

    long queuedMessages() {
        long[] sum = new long[1];
        byOwner.values().forEach(session -> sum[0] += session.outbox.size());
        return sum[0];
    }

    private void due(Session session) {
        long now = clock.getAsLong();
        if (session.link != null) {
            long lostAt = session.lastSeen + session.patienceMillis;
            if (lostAt > now) {
                schedule(session, lostAt);
            } else {
                Link link = session.link;
                leave(session, true);
                link.close(Reason.KEEP_ALIVE_TIMEOUT, "Nothing was heard for one and a half times the keep-alive.");
            }
            return;
        }
        long overAt = session.lastSeen + session.expiryMillis;
        if (overAt <= now) {
            end(session);
            return;
        }
        if (session.will != null && session.willAt <= now) {
            publishWill(session);
        }
        schedule(session, session.will == null ? overAt : Math.min(session.willAt, overAt));
    }

    private void end(Session session) {
        publishWill(session);
        cancel(session);
        absent.remove(session);
        byOwner.remove(new Owner(session.principal, session.clientId), session);
        router.unsubscribeAll(session);
        session.outbox.clear();
    }

    private void publishWill(Session session) {
        Inbound.Will will = session.will;
        if (will != null) {
            session.will = null;
            dropCharge(will);
            router.publish(session, will);
        }
    }

    /** Makes room for a client by forgetting the session whose client has been away longest. */
    private boolean evict() {
        for (Session longest : absent) {
            counters.countDropped(longest.outbox.size());
            end(longest);
            return true;
        }
        return false;
    }

    private Outbox outbox(MqttPrincipal principal) {
        return new Outbox(limits, queued, counters, limits.queuedMessages(principal), limits.queuedBytes(principal));
    }

    private void schedule(Session session, long at) {
        cancel(session);
        if (at != Long.MAX_VALUE) {
            session.deadline = deadlines.schedule(at, session);
        }
    }

    private void cancel(Session session) {
        if (session.deadline != null) {
            deadlines.cancel(session.deadline);
            session.deadline = null;
        }
    }

    private void dropCharge(Inbound.@Nullable Will will) {
        if (will != null) {
            queued.giveBack(charge(will));
        }
    }

    private static int charge(Inbound.Will will) {
        return WILL_OVERHEAD + will.topic().length() + will.payload().length + will.properties().length;
    }
}
