package org.kochab.identity.internal.service;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kochab.api.identity.JoinToken;
import org.kochab.api.identity.NodeIdentity.State;
import org.kochab.identity.internal.authority.Authority;
import org.kochab.identity.internal.authority.Pem;
import org.kochab.identity.internal.authority.Subject;
import org.kochab.identity.internal.core.Keys;
import org.kochab.identity.internal.core.NodeRecord;
import org.kochab.spi.mqtt.MqttAuthentication;
import org.kochab.spi.mqtt.MqttAuthentication.Cause;
import org.kochab.spi.mqtt.MqttAuthenticator;
import org.kochab.spi.mqtt.MqttConnection;
import org.kochab.spi.mqtt.MqttPrincipal;

/**
 * Who comes over TLS is who its certificate says, or, with user {@code join:RM:NODE} and a join token as password, may ask for one. Whoever comes without TLS
 * is somebody else's to judge.
 */
final class CertificateAuthenticator implements MqttAuthenticator {
    private static final Pattern JOIN = Pattern.compile("join:([^:]+):([^:]+)");
    private static final Pattern NODE = Pattern.compile("node:([^:]+):([^:]+)");

    private final IdentityTable table;
    private final MqttAuthenticator plain;
    private final Supplier<Instant> clock;

    CertificateAuthenticator(IdentityTable table, MqttAuthenticator plain, Supplier<Instant> clock) {
        this.table = table;
        this.plain = plain;
        this.clock = clock;
    }

    @Override
    public CompletionStage<MqttAuthentication> authenticate(MqttConnection connection) {
        return connection.secure()
                ? CompletableFuture.completedFuture(decide(connection))
                : plain.authenticate(connection);
    }

    private MqttAuthentication decide(MqttConnection connection) {
        Optional<Authority> authority = table.authority();
        if (!table.isKnown() || authority.isEmpty()) {
            return refused(Cause.UNAVAILABLE, "Identities are not known yet; try again later.");
        }
        if (connection.certificates().isEmpty()) {
            return joins(connection);
        }
        X509Certificate certificate = connection.certificates().get(0);
        Optional<Subject> subject = issued(certificate, authority.get()) ? Subject.of(certificate) : Optional.empty();
        if (subject.isEmpty()) {
            return refused(Cause.BAD_CREDENTIALS, "The certificate is none of this platform's.");
        }
        boolean expired = clock.get().isAfter(certificate.getNotAfter().toInstant());
        if (subject.get().isMember() && !expired) {
            return new MqttAuthentication.Accepted(
                    new MqttPrincipal.Trusted("member:" + subject.get().id()));
        }
        if (!subject.get().isNode()) {
            return refused(Cause.BAD_CREDENTIALS, "The certificate is for nobody who may connect, or has expired.");
        }
        return node(connection, certificate, subject.get().id(), expired);
    }

    private MqttAuthentication node(
            MqttConnection connection, X509Certificate certificate, String uid, boolean expired) {
        List<Keys.Place> places = table.places(uid);
        Matcher claimed = NODE.matcher(String.valueOf(connection.userName()));
        Optional<Keys.Place> place = claimed.matches()
                ? places.stream()
                        .filter(p -> p.equals(new Keys.Place(claimed.group(1), claimed.group(2))))
                        .findFirst()
                : places.stream().findFirst();
        Optional<NodeRecord> node = place.flatMap(table::node);
        if (place.isEmpty() || node.isEmpty()) {
            return refused(
                    Cause.BAD_CREDENTIALS,
                    "The certificate's node is not known, or not by the name it gives: join again with a new token.");
        }
        if (node.get().state() == State.REVOKED) {
            return refused(Cause.BANNED, "This node was revoked: join again with a token made for it.");
        }
        if (node.get().state() != State.VALID
                || !node.get().key().equals(Pem.fingerprint(certificate.getPublicKey()))) {
            return refused(Cause.BAD_CREDENTIALS, "The certificate's key is not this node's any more.");
        }
        String manager = place.get().resourceManager();
        String name = place.get().node();
        return new MqttAuthentication.Accepted(
                expired ? new MqttPrincipal.Joining(manager, name) : new MqttPrincipal.Node(manager, name));
    }

    private MqttAuthentication joins(MqttConnection connection) {
        Matcher who = JOIN.matcher(String.valueOf(connection.userName()));
        if (!who.matches()) {
            return refused(
                    Cause.NOT_AUTHORISED,
                    "A client needs a certificate, or user join:{resource manager}:{node} and a join token as password.");
        }
        try {
            JoinToken token = JoinToken.parse(new String(connection.password(), StandardCharsets.UTF_8));
            Keys.Place place = new Keys.Place(who.group(1), who.group(2));
            if (!table.admits(token, place)) {
                return refused(Cause.BAD_CREDENTIALS, "The join token is not valid for this node (any more).");
            }
            return new MqttAuthentication.Accepted(new MqttPrincipal.Joining(place.resourceManager(), place.node()));
        } catch (IllegalArgumentException e) {
            return refused(Cause.BAD_CREDENTIALS, String.valueOf(e.getMessage()));
        }
    }

    /** Asked again here: the listener may trust other authorities too. */
    private static boolean issued(X509Certificate certificate, Authority authority) {
        try {
            certificate.verify(authority.certificate().getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static MqttAuthentication refused(Cause cause, String why) {
        return new MqttAuthentication.Refused(cause, why);
    }
}
