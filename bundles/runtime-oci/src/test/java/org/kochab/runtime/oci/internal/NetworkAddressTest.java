package org.kochab.runtime.oci.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NetworkAddressTest {
    private static final String LOOPBACK =
            """
              +-- 127.0.0.0/8 2 0 2
                 +-- 127.0.0.0/31 1 0 0
                    |-- 127.0.0.0
                       /8 host LOCAL
                    |-- 127.0.0.1
                       /32 host LOCAL
                 |-- 127.255.255.255
                    /32 link BROADCAST
            """;

    private static final String BRIDGED =
            """
                 +-- 10.80.0.0/24 2 0 2
                    +-- 10.80.0.0/28 2 0 2
                       |-- 10.80.0.0
                          /24 link UNICAST
                       |-- 10.80.0.12
                          /32 host LOCAL
                    |-- 10.80.0.255
                       /32 link BROADCAST
            """;

    @Test
    void theOneBesideTheLoopbacks() {
        String all = BRIDGED + LOOPBACK;
        assertThat(NetworkAddress.of("Main:\n" + all + "Local:\n" + all)).hasValue("10.80.0.12");
    }

    @Test
    void noneOrSeveralAreNone() {
        assertThat(NetworkAddress.of("Main:\n" + LOOPBACK)).isEmpty();
        assertThat(NetworkAddress.of(BRIDGED + BRIDGED.replace("10.80.0.12", "10.80.0.13")))
                .isEmpty();
    }
}
