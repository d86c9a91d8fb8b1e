package org.kochab.identity.internal.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kochab.api.identity.NodeIdentity.State;
import org.kochab.api.partition.Entry;
import org.kochab.codec.JacksonCodec;
import org.kochab.identity.internal.core.Keys;
import org.kochab.identity.internal.core.NodeRecord;

class IdentityTableTest {
    private static final long NOW = 1_800_000_000_000L;
    private static final String GOOD = Keys.node("rm-1", "good");
    private static final String REVOKED = Keys.node("rm-1", "revoked");
    private static final String EXPIRED = Keys.node("rm-1", "expired");

    private final JacksonCodec codec = new JacksonCodec();
    private final IdentityTable table = new IdentityTable(codec, () -> Instant.ofEpochMilli(NOW));
    private final List<String> ended = new ArrayList<>();
    private Map<String, Entry> all;

    @BeforeEach
    void nodes() {
        all = Map.of(
                GOOD, entry(GOOD, new NodeRecord("u1", "k1", State.VALID, NOW + 1_000)),
                REVOKED, entry(REVOKED, new NodeRecord("u2", "k2", State.REVOKED, NOW + 1_000)),
                EXPIRED, entry(EXPIRED, new NodeRecord("u3", "k3", State.VALID, NOW - 1_000)));
    }

    private Entry entry(String key, Object value) {
        return new Entry(key, codec.encode(value), 1, 1);
    }

    private void listen() {
        table.onEnd(place -> ended.add(place.node()));
    }

    /** A broker goes on while this bundle is started again: what happened meanwhile nobody has told it. */
    @Test
    void tellsWhoIsNotGoodWhenItIsReadFirst() {
        listen();
        table.replace(all);
        table.sweep();
        assertThat(ended).containsExactlyInAnyOrder("revoked", "expired");
    }

    @Test
    void tellsWhoIsNotGoodToWhoListensLater() {
        table.replace(all);
        table.sweep();
        listen();
        assertThat(ended).containsExactlyInAnyOrder("revoked", "expired");
    }

    @Test
    void anEntryThatCannotBeReadStandsInNobodysWay() {
        Entry broken = new Entry(REVOKED, "{\"state\":\"NEW\"}".getBytes(StandardCharsets.US_ASCII), 1, 1);
        table.replace(Map.of(REVOKED, broken, GOOD, all.get(GOOD)));
        assertThat(table.isKnown()).isTrue();
        assertThat(table.places("u1")).hasSize(1);
    }

    @Test
    void aNodeWhoseEntryCanNoLongerBeReadIsNone() {
        table.replace(all);
        listen();
        table.put(new Entry(GOOD, "{\"state\":\"NEW\"}".getBytes(StandardCharsets.US_ASCII), 1, 2));
        assertThat(table.places("u1")).isEmpty();
        assertThat(ended).contains("good");
    }
}
