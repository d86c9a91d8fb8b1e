package org.kochab.mqtt;

import org.kochab.mqtt.internal.core.Limits;

/** The default limits but for who is let in. */
final class TestLimits {
    private TestLimits() {}

    static Limits of(int connections, int pendingConnects, int perSecond, int timeoutMillis) {
        Limits d = Limits.defaults();
        return new Limits(
                connections,
                pendingConnects,
                perSecond,
                timeoutMillis,
                d.packetBytes(),
                d.connectPacketBytes(),
                d.partialBytes(),
                d.clientIdLength(),
                d.topicLength(),
                d.topicLevels(),
                d.aliases(),
                d.inflight(),
                d.sessions(),
                d.sessionExpirySeconds(),
                d.keepAliveSeconds(),
                d.subscriptions(),
                d.subscriptionBytes(),
                d.queuedMessages(),
                d.queuedBytes(),
                d.allQueuedBytes(),
                d.trustedFactor(),
                d.retainedMessages(),
                d.retainedBytes());
    }
}
