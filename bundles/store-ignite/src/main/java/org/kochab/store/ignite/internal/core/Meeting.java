package org.kochab.store.ignite.internal.core;

import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What members that have met, while nobody goes on yet, are to do. A majority knows the newest roll; who is on it, has written it, and has
 * a complete copy, has everything that was ever acknowledged: one such member is enough to go on. Others must not bring what they have,
 * except a clean copy, which is a former state of theirs. Pure.
 */
public final class Meeting {
    private Meeting() {}

    /** @param roll the newest that the member wrote before this start */
    public record Present(String name, Copy copy, Roll roll) {}

    public enum Step {
        /** Somebody is missing, or has to go first. */
        WAIT,
        /** All begin for the first time. */
        CREATE,
        /** What is there is everything: go on. */
        ACTIVATE,
        /** The others have everything and this member's copy may differ: it is to copy anew. */
        COPY_ANEW
    }

    /** @param why for an operator */
    public record Verdict(Step step, String why) {}

    /**
     * @param self one of {@code present}
     * @param members how many there are to be
     */
    public static Verdict decide(String self, List<Present> present, int members, int quorum) {
        if (present.stream().allMatch(p -> p.copy() == Copy.NEW)) {
            return present.size() == members
                    ? new Verdict(Step.CREATE, "all begin for the first time")
                    : new Verdict(
                            Step.WAIT,
                            present.size() + " of " + members + " members are there for their first start: start all");
        }
        List<Present> known = present.stream()
                .filter(p -> p.copy().isComplete() || !p.roll().equals(Roll.NONE))
                .toList();
        if (known.size() < quorum) {
            return new Verdict(
                    Step.WAIT,
                    known.size() + " of " + quorum + " needed members with a history are there: start the others");
        }
        Roll newest =
                known.stream().map(Present::roll).max(Comparator.naturalOrder()).orElse(Roll.NONE);
        Predicate<Present> hasAll = p -> p.copy().isComplete() && p.roll().equals(newest);
        List<Present> whole = present.stream().filter(hasAll).toList();
        if (whole.isEmpty()) {
            return present.size() == members
                            && present.stream().allMatch(p -> p.copy().hasData())
                    ? new Verdict(Step.ACTIVATE, "all copies are there, complete only together")
                    : new Verdict(
                            Step.WAIT,
                            "none that is there has a complete copy: start the members that were there last, "
                                    + newest.members());
        }
        List<Present> outdated = present.stream()
                .filter(p -> !hasAll.test(p) && !p.copy().joinsActive())
                .toList();
        if (outdated.stream().anyMatch(p -> p.name().equals(self))) {
            return new Verdict(Step.COPY_ANEW, "complete copies are with " + names(whole));
        }
        return outdated.isEmpty()
                ? new Verdict(Step.ACTIVATE, "complete copies are with " + names(whole))
                : new Verdict(Step.WAIT, names(outdated) + " must give up an outdated copy first");
    }

    private static String names(List<Present> members) {
        return members.stream().map(Present::name).sorted().collect(Collectors.joining(", "));
    }
}
