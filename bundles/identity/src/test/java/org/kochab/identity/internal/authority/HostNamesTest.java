package org.kochab.identity.internal.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostNamesTest {
    @Test
    void whatIsTakenFitsACertificate() {
        HostNames hosts = HostNames.of(List.of("broker.example.org", "b", "192.0.2.7", "2001:db8::7", "::1"));
        assertThat(hosts.names()).containsExactly("b", "broker.example.org");
        assertThat(hosts.addresses()).containsExactlyInAnyOrder("192.0.2.7", "2001:db8::7", "::1");
        Authority authority = Authority.create(Instant.now());
        authority.member("m", hosts, Authority.keyPair().getPublic(), Instant.now(), Duration.ofDays(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.300", "1234", "10.0.0", "2001:db8", "a b", "-a", ""})
    void whatIsNoneIsRefusedAtOnce(String name) {
        assertThatThrownBy(() -> HostNames.of(List.of(name))).hasMessageContaining("member.names");
    }
}
