package org.kochab.store.mvstore.internal.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SealedTest {
    private static final byte[] KEY = "pods/a".getBytes(UTF_8);
    private static final byte[] VALUE = "{}".getBytes(UTF_8);

    @Test
    void anyWrongBitIsNoticed() {
        byte[] stored = Sealed.seal(KEY, VALUE);
        assertThat(Sealed.unseal(KEY, stored)).isEqualTo(VALUE);
        for (int bit = 0; bit < stored.length * Byte.SIZE; bit++) {
            byte[] wrong = stored.clone();
            wrong[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            assertThatThrownBy(() -> Sealed.unseal(KEY, wrong)).isInstanceOf(DamagedException.class);
        }
        assertThatThrownBy(() -> Sealed.unseal("pods/b".getBytes(UTF_8), stored))
                .isInstanceOf(DamagedException.class);
        assertThatThrownBy(() -> Sealed.unseal(KEY, new byte[3])).isInstanceOf(DamagedException.class);
    }

    @Test
    void contentsAreTheSameInAnyOrder() {
        byte[] one = Sealed.seal(KEY, VALUE);
        byte[] other = Sealed.seal(KEY, new byte[0]);
        Contents both = Contents.NONE.plus(one).plus(other);
        assertThat(Contents.NONE.plus(other).plus(one)).isEqualTo(both);
        assertThat(both.minus(one).minus(other)).isEqualTo(Contents.NONE);
        assertThat(both.minus(one).plus(Sealed.seal(KEY, KEY))).isNotEqualTo(both);
    }
}
