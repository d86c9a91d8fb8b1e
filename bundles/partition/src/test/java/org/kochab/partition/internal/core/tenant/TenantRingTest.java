package org.kochab.partition.internal.core.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TenantRingTest {
    private final TenantRing<String> ring = new TenantRing<>();

    private void add(String... items) {
        for (String item : items) {
            ring.add(item.substring(0, 1), item);
        }
    }

    private List<String> all() {
        List<String> all = new ArrayList<>();
        for (String item = ring.poll(); item != null; item = ring.poll()) {
            all.add(item);
        }
        return all;
    }

    @Test
    void tenantsTakeTurns() {
        add("a1", "a2", "a3", "b1", "c1", "b2");
        assertThat(ring.size()).isEqualTo(6);
        assertThat(all()).containsExactly("a1", "b1", "c1", "a2", "b2", "a3");
        assertThat(ring.isEmpty()).isTrue();
        add("a4");
        assertThat(all()).containsExactly("a4");
    }

    @Test
    void whoComesWaitsForOneOfEachOther() {
        for (int i = 0; i < 100; i++) {
            add("b" + i, "c" + i);
        }
        assertThat(ring.poll()).isEqualTo("b0");
        add("a");
        assertThat(all().subList(0, 3)).containsExactly("c0", "b1", "a");
    }
}
