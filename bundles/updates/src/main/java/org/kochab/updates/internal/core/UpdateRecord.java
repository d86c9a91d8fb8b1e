package org.kochab.updates.internal.core;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.update.UpdateSpec;
import org.kochab.api.update.UpdateStatus.State;

/**
 * An update as the directory has it, at {@code updates/NAME}. What nodes say themselves is not repeated here.
 *
 * @param number grows with each update; of two for the same node the lower one counts
 * @param id nodes report by it what became of the update
 * @param wave from 0
 * @param message why it is as it is; may be empty
 * @param late nodes that took too long, by name, with the reason; never more than may fail, and one that was one too many
 */
public record UpdateRecord(
        UpdateSpec spec,
        long number,
        String id,
        State state,
        int wave,
        String message,
        SortedMap<String, String> late) {
    public static final String PREFIX = "updates/";

    public UpdateRecord {
        late = late == null ? Collections.emptySortedMap() : Collections.unmodifiableSortedMap(new TreeMap<>(late));
    }

    public static UpdateRecord begin(UpdateSpec spec, long number, String id) {
        return new UpdateRecord(spec, number, id, State.PROGRESSING, 0, "", Collections.emptySortedMap());
    }

    public static String key(String name) {
        return PREFIX + name;
    }

    public UpdateRecord in(State next, String why) {
        return new UpdateRecord(spec, number, id, next, wave, why, late);
    }

    UpdateRecord inWave(int next) {
        return new UpdateRecord(spec, number, id, state, next, message, late);
    }

    UpdateRecord withLate(String node, String why) {
        SortedMap<String, String> more = new TreeMap<>(late);
        more.put(node, why);
        return new UpdateRecord(spec, number, id, state, wave, message, more);
    }

    @Nullable
    String lateness(String node) {
        return late.get(node);
    }
}
