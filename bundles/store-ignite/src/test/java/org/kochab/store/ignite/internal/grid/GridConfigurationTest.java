package org.kochab.store.ignite.internal.grid;

import static org.apache.ignite.IgniteSystemProperties.IGNITE_MAX_COMPLETED_TX_COUNT;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GridConfigurationTest {
    private final String before = System.getProperty(IGNITE_MAX_COMPLETED_TX_COUNT, "65536");

    @AfterEach
    void restore() {
        System.setProperty(IGNITE_MAX_COMPLETED_TX_COUNT, before);
    }

    /** Ignite's record of transactions grew to its own 262,144 where the environment asked for fewer. */
    @Test
    void theEnvironmentBoundsTheRecordOfTransactions() {
        GridConfiguration.systemProperties(Map.of(IGNITE_MAX_COMPLETED_TX_COUNT, "4096"));
        assertThat(Integer.getInteger(IGNITE_MAX_COMPLETED_TX_COUNT)).isEqualTo(4096);
        GridConfiguration.systemProperties(Map.of());
        assertThat(Integer.getInteger(IGNITE_MAX_COMPLETED_TX_COUNT)).isEqualTo(65_536);
    }
}
