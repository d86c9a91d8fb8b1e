package org.kochab.agent.internal.loop;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kochab.agent.internal.identity.Identity;
import org.kochab.agent.internal.link.MqttLink;

/**
 * How the node gets into a broker: as itself, as itself but only for another certificate, or as a machine that wants to join. Which of them is to be tried
 * depends on what became of the one before. Used on the loop's thread only.
 */
final class WayIn {
    private enum Way {
        /** Without a certificate of this platform's. */
        PLAIN,
        NODE,
        /** With a certificate that has ended, or may have: clocks differ. */
        RENEWING,
        JOINING
    }

    private final @Nullable Identity identity;
    private Way way = Way.PLAIN;
    private boolean refused;

    WayIn(Optional<Identity> identity) {
        this.identity = identity.orElse(null);
    }

    /** Chooses the way of the next attempt. */
    MqttLink.Login next(List<URI> brokers, String resourceManager, String node, Instant now) {
        way = choose(brokers, now);
        refused = false;
        if (identity == null || way == Way.PLAIN) {
            return MqttLink.Login.PLAIN;
        }
        String who = resourceManager + ":" + node;
        return way == Way.JOINING
                ? new MqttLink.Login(
                        identity.sockets(false), "join:" + who, identity.token().orElse(null))
                : new MqttLink.Login(identity.sockets(true), "node:" + who, null);
    }

    private Way choose(List<URI> brokers, Instant now) {
        if (identity == null || brokers.stream().noneMatch(b -> "ssl".equals(b.getScheme()))) {
            return Way.PLAIN;
        }
        if (!identity.hasCertificate()) {
            return Way.JOINING;
        }
        boolean hasToken = identity.token().isPresent();
        if (refused) {
            return way == Way.NODE ? Way.RENEWING : way == Way.RENEWING && hasToken ? Way.JOINING : Way.NODE;
        }
        return identity.isExpired(now) ? Way.RENEWING : Way.NODE;
    }

    /** Whether this connection is only for getting a certificate. */
    boolean forCertificate() {
        return way == Way.RENEWING || way == Way.JOINING;
    }

    /** The broker did not want this client. */
    void refused() {
        refused = true;
    }

    /** Present if this connection is of a node that has a certificate to renew. */
    Optional<Identity> identity() {
        return way == Way.PLAIN ? Optional.empty() : Optional.ofNullable(identity);
    }
}
