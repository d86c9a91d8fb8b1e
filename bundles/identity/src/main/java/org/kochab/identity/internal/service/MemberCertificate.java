package org.kochab.identity.internal.service;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kochab.identity.internal.authority.Authority;
import org.kochab.identity.internal.authority.HostNames;
import org.kochab.spi.mqtt.MqttCredentials.Current;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This member's key and certificate, in memory only: a new pair after each start and after two thirds of the certificate's time. */
final class MemberCertificate {
    private static final Logger LOG = LoggerFactory.getLogger(MemberCertificate.class);
    private static final Duration LIFETIME = Duration.ofDays(90);

    private final String member;
    private final HostNames hosts;
    private final Supplier<Instant> clock;
    private volatile @Nullable Current current;
    private Instant renewAt = Instant.MIN;

    MemberCertificate(String member, HostNames hosts, Supplier<Instant> clock) {
        this.member = member;
        this.hosts = hosts;
        this.clock = clock;
    }

    /** Makes or renews it if that is due. One thread. */
    void keep(Authority authority) {
        Instant now = clock.get();
        Current before = current;
        if (before != null && before.authority().equals(authority.certificate()) && now.isBefore(renewAt)) {
            return;
        }
        KeyPair pair = Authority.keyPair();
        X509Certificate own = authority.member(member, hosts, pair.getPublic(), now, LIFETIME);
        current = new Current(pair.getPrivate(), List.of(own, authority.certificate()));
        renewAt = now.plus(LIFETIME.multipliedBy(2).dividedBy(3));
        LOG.info(
                "This member has a certificate for {} {} until {}",
                hosts.names(),
                hosts.addresses(),
                own.getNotAfter());
    }

    Optional<Current> current() {
        return Optional.ofNullable(current);
    }
}
