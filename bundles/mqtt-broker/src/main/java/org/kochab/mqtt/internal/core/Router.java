package org.kochab.mqtt.internal.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.kochab.mqtt.internal.core.packet.Inbound;
import org.kochab.mqtt.internal.core.packet.Message;
import org.kochab.mqtt.internal.core.packet.Reason;
import org.kochab.spi.mqtt.MqttAction;
import org.kochab.spi.mqtt.MqttPrincipal;

/** Subscriptions, retained messages, and the way of a message from its publisher to those who want it. */
final class Router {

    private final Limits limits;
    private final Topics topics;
    private final AccessGate access;
    private final LongSupplier clock;
    private final Counters counters;
    private final SubscriptionTree subscriptions = new SubscriptionTree();
    private final RetainedMessages retained;
    private final Budget subscriptionBudget;
    private final List<Session> matched = new ArrayList<>();

    /** What one session's matching subscriptions add up to: one copy, at the highest QoS, with all identifiers. */
    static final class Match {
        private int qos;
        private boolean retainAsPublished;
        private int[] identifiers = Delivery.NO_IDENTIFIERS;

        private void add(Subscription subscription) {
            qos = Math.max(qos, subscription.qos());
            retainAsPublished |= subscription.retainAsPublished();
            if (subscription.identifier() > 0) {
                identifiers = Arrays.copyOf(identifiers, identifiers.length + 1);
                identifiers[identifiers.length - 1] = subscription.identifier();
            }
        }
    }

    Router(Limits limits, AccessGate access, LongSupplier clock, Counters counters) {
        this.limits = limits;
        this.topics = new Topics(limits);
        this.access = access;
        this.clock = clock;
        this.counters = counters;
        retained = new RetainedMessages(limits);
        subscriptionBudget = new Budget(limits.subscriptionBytes());
    }

    /** Why a client may not publish there, or success. @param retain whether the message is to be kept */
    Reason mayPublish(MqttPrincipal principal, String topic, boolean retain) {
        if (!topics.validName(topic)) {
            return Reason.TOPIC_NAME_INVALID;
        }
        return access.allows(principal, MqttAction.PUBLISH, topic) && (!retain || access.mayRetain(principal, topic))
                ? Reason.SUCCESS
                : Reason.NOT_AUTHORISED;
    }

    /** Checks, keeps and passes on a message. */
    Reason publish(Session from, String topic, Inbound.Publish packet) {
        counters.countReceived();
        Message message = new Message(
                topic,
                packet.payload(),
                packet.qos(),
                packet.retain(),
                packet.properties(),
                expiresAt(packet.expiry()));
        return accept(from, message);
    }

    /** A will is a publish like any other; its client may meanwhile have lost the right to it. */
    void publish(Session from, Inbound.Will will) {
        accept(
                from,
                new Message(
                        will.topic(),
                        will.payload(),
                        will.qos(),
                        will.retain(),
                        will.properties(),
                        expiresAt(will.expiry())));
    }

    /** The reason code of the SUBACK; {@code version} decides how refusals are told. */
    Reason subscribe(Session session, Inbound.Request request, int identifier) {
        Optional<Topics.Filter> parsed = topics.parse(request.filter());
        if (parsed.isEmpty()) {
            return Reason.TOPIC_FILTER_INVALID;
        }
        if (!access.allows(session.principal, MqttAction.SUBSCRIBE, request.filter())) {
            return Reason.NOT_AUTHORISED;
        }
        Topics.Filter filter = parsed.get();
        Subscription subscription = new Subscription(
                session,
                request.filter(),
                filter,
                request.qos(),
                request.noLocal(),
                request.retainAsPublished(),
                identifier);
        Subscription before = session.subscriptions.get(request.filter());
        if (before == null) {
            if (session.subscriptions.size() >= limits.subscriptions()
                    || !subscriptionBudget.take(subscription.charge())) {
                return Reason.QUOTA_EXCEEDED;
            }
        } else {
            subscriptions.remove(before);
        }
        session.subscriptions.put(request.filter(), subscription);
        subscriptions.add(subscription);
        if (!filter.shared() && (request.retainHandling() == 0 || request.retainHandling() == 1 && before == null)) {
            int[] identifiers = identifier == 0 ? Delivery.NO_IDENTIFIERS : new int[] {identifier};
            session.outbox.replay(retained.matching(filter), request.qos(), identifiers);
        }
        return Reason.SUCCESS;
    }

    boolean unsubscribe(Session session, String filter) {
        Subscription before = session.subscriptions.remove(filter);
        if (before == null) {
            return false;
        }
        subscriptions.remove(before);
        subscriptionBudget.giveBack(before.charge());
        return true;
    }

    void unsubscribeAll(Session session) {
        for (Subscription subscription : session.subscriptions.values()) {
            subscriptions.remove(subscription);
            subscriptionBudget.giveBack(subscription.charge());
        }
        session.subscriptions.clear();
    }

    /** Sends a session what it can take now. */
    void drain(Session session) {
        if (session.link != null) {
            session.outbox.drain(session.link, retained, clock.getAsLong());
        }
    }

    void expire(long now) {
        retained.expire(now);
    }

    RetainedMessages retained() {
        return retained;
    }

    int subscriptionCount() {
        return subscriptions.size();
    }

    private Reason accept(Session from, Message message) {
        Reason allowed = mayPublish(from.principal, message.topic(), message.retain());
        if (allowed.failed()) {
            counters.countDropped(1);
            return allowed;
        }
        if (message.retain() && !retained.put(message)) {
            counters.countDropped(1);
            return Reason.QUOTA_EXCEEDED;
        }
        return route(from, message) ? Reason.SUCCESS : Reason.NO_MATCHING_SUBSCRIBERS;
    }

    private boolean route(Session from, Message message) {
        boolean[] served = new boolean[1];
        subscriptions.match(
                Topics.levels(message.topic()),
                subscription -> select(from, subscription),
                group -> served[0] |= deliverShared(group, message));
        for (Session session : matched) {
            Match match = session.match;
            session.match = null;
            if (match != null) {
                deliver(session, message, match.qos, match.retainAsPublished, match.identifiers);
            }
        }
        served[0] |= !matched.isEmpty();
        matched.clear();
        return served[0];
    }

    private void select(Session from, Subscription subscription) {
        Session session = subscription.session();
        if (subscription.noLocal() && session == from) {
            return;
        }
        if (session.match == null) {
            session.match = new Match();
            matched.add(session);
        }
        session.match.add(subscription);
    }

    private boolean deliverShared(SubscriptionTree.Group group, Message message) {
        Subscription chosen = group.choose();
        if (chosen == null) {
            return false;
        }
        int[] identifiers = chosen.identifier() == 0 ? Delivery.NO_IDENTIFIERS : new int[] {chosen.identifier()};
        deliver(chosen.session(), message, chosen.qos(), chosen.retainAsPublished(), identifiers);
        return true;
    }

    private void deliver(Session to, Message message, int granted, boolean retainAsPublished, int[] identifiers) {
        int qos = Math.min(granted, message.qos());
        if (qos == 0 && !to.connected()) {
            return;
        }
        to.outbox.offer(new Delivery(message, qos, retainAsPublished && message.retain(), identifiers));
        drain(to);
    }

    private long expiresAt(long expirySeconds) {
        return expirySeconds == Inbound.ABSENT ? Message.NEVER : clock.getAsLong() + expirySeconds * 1_000;
    }
}
