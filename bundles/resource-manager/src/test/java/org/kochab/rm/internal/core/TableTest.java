package org.kochab.rm.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class TableTest {
    private final Table table = new Table();
    private final NodeSlot node = table.add("n1");

    private List<String> uids() {
        List<String> uids = new ArrayList<>();
        for (ClaimSlot c = node.first; c != null; c = c.next) {
            uids.add(c.uid);
        }
        return uids;
    }

    @Test
    void claimsOfANodeAreInTheOrderOfTheirUidsHoweverTheyComeAndGo() {
        Random random = new Random(42);
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(Integer.toHexString(random.nextInt()));
        }
        TreeSet<String> there = new TreeSet<>();
        for (int i = 0; i < 2_000; i++) {
            String uid = all.get(random.nextInt(all.size()));
            ClaimSlot known = table.claim(uid);
            if (known == null) {
                table.add(new ClaimSlot(uid, node, "tp-1", 1, 1, table.capacity.granted(Map.of("cpu", 1L))));
                there.add(uid);
            } else {
                table.remove(known);
                there.remove(uid);
            }
            assertThat(uids()).containsExactlyElementsOf(there);
            assertThat(node.claims).isEqualTo(there.size());
        }
        Collections.shuffle(all, random);
        all.stream().map(table::claim).filter(c -> c != null).forEach(table::remove);
        assertThat(node.first).isNull();
    }
}
