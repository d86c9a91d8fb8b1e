package org.kochab.scheduler.internal.core.plugins;

import java.util.BitSet;
import java.util.function.Function;
import org.kochab.spi.scheduler.GroupFilter;
import org.kochab.spi.scheduler.Refusal;

/** A filter whose answer is one set of slots, whatever is placed. */
record Mask(BitSet allowed, Refusal.Code code, Function<BitSet, String> why) implements GroupFilter {
    @Override
    public void filter(BitSet candidates) {
        candidates.and(allowed);
    }

    @Override
    public String reason(BitSet refused) {
        return why.apply(refused);
    }
}
