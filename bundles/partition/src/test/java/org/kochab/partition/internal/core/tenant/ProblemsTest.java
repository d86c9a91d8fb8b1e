package org.kochab.partition.internal.core.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProblemsTest {
    @Test
    void aPathOfAnyLengthLeavesRoomForTheRemedy() {
        var problems = new Problems();
        problems.add("spec." + "a".repeat(100_000), "is required");

        assertThat(problems.summary())
                .startsWith("spec.aaa")
                .endsWith("…: is required")
                .hasSize(514);
    }

    @Test
    void countsWhatItDoesNotKeep() {
        var problems = new Problems();
        for (int i = 0; i < 23; i++) {
            problems.add("spec[" + i + "]", "is wrong");
        }

        assertThat(problems.summary())
                .startsWith("spec[0]: is wrong; spec[1]: is wrong; ")
                .endsWith("spec[19]: is wrong; and 3 more");
    }
}
