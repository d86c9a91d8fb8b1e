package org.kochab.partition.internal.core.tenant;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.codec.JacksonCodec;

class BindingsTest {
    private static final String PENDING = "{\"metadata\":{\"name\":\"p\"},\"spec\":{}}";
    private static final String BOUND = "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"nodeName\":\"n1\"}}";

    private final Codec codec = new JacksonCodec();

    private boolean isOne(Optional<String> before, String now) {
        return Bindings.isOne(
                before.map(json -> json.getBytes(UTF_8)), (Pod) codec.decode(now.getBytes(UTF_8), Kind.POD));
    }

    @Test
    void aPodThatGetsItsNodeIsBound() {
        assertThat(isOne(Optional.of(PENDING), BOUND)).isTrue();
    }

    @Test
    void whatIsNewWasBoundBeforeOrHasNoNodeIsNoBinding() {
        assertThat(isOne(Optional.empty(), BOUND)).isFalse();
        assertThat(isOne(Optional.of(BOUND), BOUND)).isFalse();
        assertThat(isOne(Optional.of(PENDING), PENDING)).isFalse();
    }

    @Test
    void whatRunsOrIsUnderDeletionAtOnceIsMoreThanABinding() {
        String running = BOUND.replace("\"spec\"", "\"status\":{\"phase\":\"Running\"},\"spec\"");
        String deleted = BOUND.replace("\"name\"", "\"deletionTimestamp\":\"2026-01-01T00:00:00Z\",\"name\"");

        assertThat(isOne(Optional.of(PENDING), running)).isFalse();
        assertThat(isOne(Optional.of(PENDING), deleted)).isFalse();
    }
}
