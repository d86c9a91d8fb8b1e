package org.kochab.scheduler.internal.core;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.kochab.spi.scheduler.GroupScorer;

/** Slots divided by what the scorers that do not change give them: all slots of a stratum have the same points. */
final class Strata {
    private static final int MOST = 64;

    /** The slots that are in all of some sets and in none of others. */
    record Stratum(List<BitSet> in, List<BitSet> out, double points) {
        boolean isAll() {
            return in.isEmpty() && out.isEmpty();
        }
    }

    private record Level(BitSet slots, double points) {}

    private final List<List<Level>> levels = new ArrayList<>();
    private List<Stratum> all = List.of(new Stratum(List.of(), List.of(), 0));

    /** Empty if a scorer has no levels, or there would be too many strata. */
    static Optional<Strata> of(List<GroupPlugins.Scorer> scorers) {
        Strata strata = new Strata();
        for (GroupPlugins.Scorer s : scorers) {
            Optional<List<GroupScorer.Level>> given = s.scorer().levels();
            if (given.isEmpty() || (given.get().size() + 1) * strata.all.size() > MOST) {
                return Optional.empty();
            }
            strata.divide(given.get().stream()
                    .map(l -> new Level(l.slots(), Points.of(l.score(), s.share())))
                    .toList());
        }
        return Optional.of(strata);
    }

    private void divide(List<Level> by) {
        levels.add(by);
        List<Stratum> finer = new ArrayList<>();
        for (Stratum stratum : all) {
            List<BitSet> none = new ArrayList<>(stratum.out);
            for (Level level : by) {
                List<BitSet> in = new ArrayList<>(stratum.in);
                in.add(level.slots);
                finer.add(new Stratum(in, stratum.out, stratum.points + level.points));
                none.add(level.slots);
            }
            finer.add(new Stratum(stratum.in, none, stratum.points));
        }
        all = finer;
    }

    List<Stratum> all() {
        return all;
    }

    double points(int slot) {
        double points = 0;
        for (int i = 0; i < levels.size(); i++) {
            List<Level> by = levels.get(i);
            for (int k = 0; k < by.size(); k++) {
                if (by.get(k).slots.get(slot)) {
                    points += by.get(k).points;
                    break;
                }
            }
        }
        return points;
    }
}
