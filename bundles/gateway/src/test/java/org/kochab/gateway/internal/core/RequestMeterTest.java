package org.kochab.gateway.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.kochab.api.model.TenantId;

class RequestMeterTest {
    private static final long SECOND = 1_000_000_000;
    private static final TenantId ACME = new TenantId("acme");

    private final RequestMeter meter = new RequestMeter(10);

    private int admitted(TenantId tenant, int asked, long now) {
        int admitted = 0;
        for (int i = 0; i < asked; i++) {
            admitted += meter.admits(tenant, now) ? 1 : 0;
        }
        return admitted;
    }

    @Test
    void aTenantHasItsRequestsASecondAndTwiceAsManyAtOnce() {
        assertThat(admitted(ACME, 1_000, 0)).isEqualTo(20);
        assertThat(admitted(ACME, 1_000, SECOND / 10)).isEqualTo(1);
        assertThat(admitted(ACME, 1_000, SECOND / 10 + SECOND)).isEqualTo(10);
        assertThat(admitted(ACME, 1_000, 100 * SECOND)).isEqualTo(20);
    }

    @Test
    void oneTenantsAreNotAnothers() {
        assertThat(admitted(ACME, 1_000, 0)).isEqualTo(20);
        assertThat(admitted(new TenantId("other"), 5, 0)).isEqualTo(5);
    }

    @Test
    void operatorsAreNotHeldToThem() {
        assertThat(admitted(TenantId.SYSTEM, 1_000, 0)).isEqualTo(1_000);
    }

    @Test
    void whatIsCountedIsBounded() {
        for (int i = 0; i < 20_100; i++) {
            meter.answered(new TenantId("t-" + i), 7, 0);
        }
        meter.rejected(ACME, 0);
        assertThat(meter.counts())
                .hasSize(20_000)
                .contains(new RequestMeter.Count(ACME, 0, 1, 0))
                .contains(new RequestMeter.Count(new TenantId("t-20099"), 1, 0, 7))
                .noneMatch(c -> c.tenant().value().equals("t-0"));
    }
}
