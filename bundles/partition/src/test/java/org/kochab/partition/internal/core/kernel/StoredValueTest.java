package org.kochab.partition.internal.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.kochab.api.partition.Entry;

class StoredValueTest {
    private static final Entry ENTRY = new Entry("k", new byte[] {1, 2, 3}, 7, 9);

    @Test
    void knowsWhatIsStoredFromWhatIsNot() {
        byte[] stored = StoredValue.encode(ENTRY).value();
        assertThat(StoredValue.isStored(ENTRY, stored)).isTrue();
        for (int i = 0; i < stored.length; i++) {
            byte[] changed = stored.clone();
            changed[i] ^= 1;
            assertThat(StoredValue.isStored(ENTRY, changed)).as("byte " + i).isFalse();
        }
        assertThat(StoredValue.isStored(ENTRY, new byte[0])).isFalse();
        assertThat(StoredValue.isStored(new Entry("k", new byte[] {1, 2, 3, 4}, 7, 9), stored))
                .isFalse();
    }
}
