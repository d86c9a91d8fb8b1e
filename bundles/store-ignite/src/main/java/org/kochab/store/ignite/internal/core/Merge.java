package org.kochab.store.ignite.internal.core;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.kochab.store.ignite.internal.core.Head.Segment;

/**
 * Parts of a log to be made one segment: all batches in slots, or all segments of a level. They follow each other in the log, so that what is merged from
 * them can stand in their place. Each item is written again about once a level, and there are as many levels as the logarithm to the base
 * {@link #FAN_IN} of the number of merges (tiered compaction, as in O'Neil et al., "The Log-Structured Merge-Tree", 1996).
 *
 * @param level of the segment that comes of it
 * @param firstSlot first batch to merge
 * @param endSlot the batch after the last; the same if no batches are merged
 * @param slotBytes size of those batches
 * @param segments newest first
 * @param oldest whether nothing in the log is older, so that deletions need not be kept
 */
public record Merge(int level, long firstSlot, long endSlot, long slotBytes, List<Segment> segments, boolean oldest) {
    /** So many batches, or bytes in slots, are worth a merge. */
    static final int SLOTS = 32;

    static final long SLOT_BYTES = 8L << 20;

    /** So many segments of a level are worth a merge. */
    static final int FAN_IN = 6;

    public Merge {
        segments = List.copyOf(segments);
    }

    /** What to merge next. */
    public static Optional<Merge> next(Head head) {
        if (head.waiting() >= SLOTS || head.slotBytes() >= SLOT_BYTES) {
            return Optional.of(new Merge(
                    1,
                    head.firstSlot(),
                    head.nextSlot(),
                    head.slotBytes(),
                    List.of(),
                    head.segments().isEmpty()));
        }
        TreeMap<Integer, List<Segment>> levels = head.newestFirst().stream()
                .collect(Collectors.groupingBy(Segment::level, TreeMap::new, Collectors.toList()));
        for (var level : levels.entrySet()) {
            if (level.getValue().size() >= FAN_IN) {
                boolean oldest = level.getKey().equals(levels.lastKey());
                return Optional.of(new Merge(level.getKey() + 1, 0, 0, 0, level.getValue(), oldest));
            }
        }
        return Optional.empty();
    }

    /** Whether its inputs are still what they were, and the segment that was begun for it is still wanted. */
    public boolean isStill(Head head, long building) {
        return head.building() == building
                && head.segments().containsAll(segments)
                && (firstSlot == endSlot || head.firstSlot() == firstSlot);
    }
}
