package org.kochab.partition.internal.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GeneratedNamesTest {
    private static Workshop.Random drawing(String... suffixes) {
        Iterator<String> next = List.of(suffixes).iterator();
        return new Workshop.Random() {
            @Override
            public String uid() {
                throw new AssertionError("no uid is needed");
            }

            @Override
            public String suffix() {
                return next.next();
            }
        };
    }

    @Test
    void aNameThatIsTakenIsDrawnAgain() {
        assertThat(drawing("aaaaa", "bbbbb", "ccccc").name("web-", Set.of("web-aaaaa", "web-bbbbb")::contains))
                .isEqualTo("web-ccccc");
    }

    @Test
    void afterEightTimesItIsTaken() {
        List<String> asked = new ArrayList<>();
        assertThat(drawing("1", "2", "3", "4", "5", "6", "7", "8").name("web-", name -> asked.add(name)))
                .isEqualTo("web-8");
        assertThat(asked).hasSize(7);
    }
}
