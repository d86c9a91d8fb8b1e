package org.kochab.agent.internal.loop;

import java.net.URI;
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
        /** With a certificate that the broker does not take any more for more than this. */
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
    MqttLink.Login next(List<URI> brokers, String resourceManager, String node) {
        way = choose(brokers);
        refused = false;
        if (identity == null || way == Way.PLAIN) {
            return MqttLink.Login.PLAIN;
        }
        String who = resourceManager + ":" + node;
        return way == Way.JOINING
                ? new MqttLink.Login(
                        identity.context(false).getSocketFactory(),
                        "join:" + who,
                        identity.token().orElse(null))
                : new MqttLink.Login(identity.context(true).getSocketFactory(), "node:" + who, null);
    }

    /** Where it leads: a certificate is for brokers over TLS only, and a token must not be told to others. */
    List<URI> leadsTo(List<URI> brokers) {
        return way == Way.PLAIN
                ? brokers
                : brokers.stream().filter(WayIn::isSecure).toList();
    }

    private static boolean isSecure(URI broker) {
        return "ssl".equals(broker.getScheme());
    }

    /** The broker alone judges whether a certificate has ended: this machine's clock may be wrong. */
    private Way choose(List<URI> brokers) {
        if (identity == null || brokers.stream().noneMatch(WayIn::isSecure)) {
            return Way.PLAIN;
        }
        if (!identity.hasCertificate()) {
            return Way.JOINING;
        }
        boolean hasToken = identity.token().isPresent();
        if (refused) {
            return way == Way.NODE ? Way.RENEWING : way == Way.RENEWING && hasToken ? Way.JOINING : Way.NODE;
        }
        return Way.NODE;
    }

    /** Whether this connection is only for getting a certificate. */
    boolean forCertificate() {
        return way == Way.RENEWING || way == Way.JOINING;
    }

    /** The broker did not want this client. */
    void refused() {
        refused = true;
    }

    /** Whose certificate this connection may ask for; empty if it is without. */
    Optional<Identity> identity() {
        return way == Way.PLAIN ? Optional.empty() : Optional.ofNullable(identity);
    }
}
