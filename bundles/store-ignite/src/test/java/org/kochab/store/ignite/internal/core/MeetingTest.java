package org.kochab.store.ignite.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.kochab.store.ignite.internal.core.Copy.CLEAN;
import static org.kochab.store.ignite.internal.core.Copy.DAMAGED;
import static org.kochab.store.ignite.internal.core.Copy.EMPTY;
import static org.kochab.store.ignite.internal.core.Copy.NEW;
import static org.kochab.store.ignite.internal.core.Copy.PART;
import static org.kochab.store.ignite.internal.core.Copy.WHOLE;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.kochab.store.ignite.internal.core.Meeting.Present;
import org.kochab.store.ignite.internal.core.Meeting.Step;

/** Three members; A was there with B and C at first, then B and C went on without it. */
class MeetingTest {
    private static final Roll ALL = new Roll(100, 3, List.of("a", "b", "c"));
    private static final Roll WITHOUT_A = new Roll(100, 4, List.of("b", "c"));

    @Test
    void theFirstStartNeedsAll() {
        assertThat(step("a", a(NEW, Roll.NONE), b(NEW, Roll.NONE))).isEqualTo(Step.WAIT);
        assertThat(step("a", a(NEW, Roll.NONE), b(NEW, Roll.NONE), c(NEW, Roll.NONE)))
                .isEqualTo(Step.CREATE);
    }

    @Test
    void aMajorityThatWasThereLastGoesOn() {
        assertThat(step("b", b(WHOLE, WITHOUT_A))).isEqualTo(Step.WAIT);
        assertThat(step("b", b(WHOLE, WITHOUT_A), c(WHOLE, WITHOUT_A))).isEqualTo(Step.ACTIVATE);
        assertThat(step("a", a(WHOLE, ALL), b(WHOLE, ALL))).isEqualTo(Step.ACTIVATE);
    }

    @Test
    void whoWasNotThereLastCopiesAnewAndTheOthersWaitForThat() {
        assertThat(step("a", a(WHOLE, ALL), b(WHOLE, WITHOUT_A))).isEqualTo(Step.COPY_ANEW);
        assertThat(step("b", a(WHOLE, ALL), b(WHOLE, WITHOUT_A))).isEqualTo(Step.WAIT);
        assertThat(step("b", a(EMPTY, ALL), b(WHOLE, WITHOUT_A))).isEqualTo(Step.ACTIVATE);
    }

    @Test
    void aCleanFormerCopyNeedNotGoButIsNotEnough() {
        assertThat(step("a", a(CLEAN, ALL), b(WHOLE, WITHOUT_A))).isEqualTo(Step.ACTIVATE);
        assertThat(step("a", a(CLEAN, ALL), b(EMPTY, WITHOUT_A))).isEqualTo(Step.WAIT);
    }

    @Test
    void aMemberThatWasLetInButWroteNoRollOfItIsOutdated() {
        Roll withAAgain = new Roll(100, 5, List.of("a", "b", "c"));
        assertThat(step("a", a(WHOLE, ALL), b(WHOLE, withAAgain))).isEqualTo(Step.COPY_ANEW);
    }

    @Test
    void anUnfinishedCopyIsNone() {
        assertThat(step("c", b(WHOLE, WITHOUT_A), c(PART, WITHOUT_A))).isEqualTo(Step.COPY_ANEW);
        assertThat(step("c", a(EMPTY, ALL), c(PART, WITHOUT_A))).isEqualTo(Step.WAIT);
        assertThat(step("c", a(WHOLE, ALL), c(PART, WITHOUT_A))).isEqualTo(Step.WAIT);
    }

    /** A power cut in the second after a power cut: each lacks a little of what another has. */
    @Test
    void unfinishedCopiesOfAllMembersTogetherAreEverything() {
        assertThat(step("a", a(PART, ALL), b(PART, ALL))).isEqualTo(Step.WAIT);
        assertThat(step("a", a(PART, ALL), b(PART, ALL), c(PART, ALL))).isEqualTo(Step.ACTIVATE);
        assertThat(step("a", a(PART, ALL), b(PART, ALL), c(EMPTY, ALL))).isEqualTo(Step.WAIT);
    }

    @Test
    void aNewDiskDoesNotMakeAMajority() {
        assertThat(step("b", b(WHOLE, WITHOUT_A), c(NEW, Roll.NONE))).isEqualTo(Step.WAIT);
        assertThat(step("b", a(WHOLE, ALL), b(NEW, Roll.NONE), c(NEW, Roll.NONE)))
                .isEqualTo(Step.WAIT);
        assertThat(step("b", a(EMPTY, ALL), b(WHOLE, WITHOUT_A), c(NEW, Roll.NONE)))
                .isEqualTo(Step.ACTIVATE);
    }

    @Test
    void aDamagedCopyKnowsNothingAndGivesWayToThoseWhoDo() {
        assertThat(step("a", a(DAMAGED, Roll.NONE), b(WHOLE, ALL))).isEqualTo(Step.WAIT);
        assertThat(step("a", a(DAMAGED, Roll.NONE), b(WHOLE, ALL), c(WHOLE, ALL)))
                .isEqualTo(Step.COPY_ANEW);
        assertThat(step("a", a(EMPTY, Roll.NONE), b(WHOLE, ALL))).isEqualTo(Step.WAIT);
        assertThat(step("a", a(DAMAGED, Roll.NONE), b(PART, ALL), c(PART, ALL))).isEqualTo(Step.WAIT);
    }

    @Test
    void aRollWithAWrongBitIsNone() {
        String line = ALL.encode();
        for (int i = 0; i < line.length(); i++) {
            char[] wrong = line.toCharArray();
            wrong[i] ^= 1;
            assertThatThrownBy(() -> Roll.decode(new String(wrong))).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void dataOfBeforeThereWereRollsIsTaken() {
        assertThat(step("a", a(WHOLE, Roll.NONE), b(WHOLE, Roll.NONE))).isEqualTo(Step.ACTIVATE);
    }

    @Test
    void rollsAreReadAsTheyWereWritten() {
        assertThat(Roll.decode(ALL.encode() + "\n")).isEqualTo(ALL);
        assertThat(Roll.decode(Roll.NONE.encode())).isEqualTo(Roll.NONE);
        assertThat(ALL).isLessThan(WITHOUT_A);
        assertThat(WITHOUT_A).isLessThan(new Roll(101, 1, List.of("a")));
    }

    private static Step step(String self, Present... present) {
        return Meeting.decide(self, List.of(present), 3, 2).step();
    }

    private static Present a(Copy copy, Roll roll) {
        return new Present("a", copy, roll);
    }

    private static Present b(Copy copy, Roll roll) {
        return new Present("b", copy, roll);
    }

    private static Present c(Copy copy, Roll roll) {
        return new Present("c", copy, roll);
    }
}
