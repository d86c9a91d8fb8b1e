package org.kochab.shell.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Kind;

class ExplainTest {
    @Test
    void everyKindCanBeExplained() {
        for (Kind k : Kind.BUILT_IN) {
            assertThat(Explain.of(k, List.of())).anySatisfy(l -> assertThat(l).startsWith("DESCRIPTION:"));
        }
    }
}
