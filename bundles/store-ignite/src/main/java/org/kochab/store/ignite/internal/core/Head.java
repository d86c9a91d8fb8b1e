package org.kochab.store.ignite.internal.core;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.kochab.spi.store.CommitBatch;

/**
 * What a partition's log consists of. Its batches lie in slots, a ring that is overwritten; a merge turns the oldest of them into a segment, and
 * several segments of one level into one of the next. Newest first, the log is: the slots from the last to the first, then the segments by
 * level, in each level from the highest number to the lowest. Immutable.
 *
 * @param revision of the newest batch, 0 before the first
 * @param epoch in which it was written
 * @param ends the last revision of each of the newest former epochs, oldest first
 * @param firstSlot number of the oldest batch that is in a slot
 * @param nextSlot number of the next batch
 * @param slotBytes of the keys and values of the batches in the slots
 * @param nextSegment the lowest number that no segment had
 * @param building number of the segment that a merge is writing, 0 for none
 * @param segments by number
 * @param retired numbers of segments whose blocks are to be removed
 */
public record Head(
        long revision,
        long epoch,
        List<End> ends,
        long firstSlot,
        long nextSlot,
        long slotBytes,
        long nextSegment,
        long building,
        List<Segment> segments,
        List<Long> retired) {
    /** Slots of a partition: so many commits, one after the other, go on while the longest merge runs. */
    public static final int SLOTS = 4_096;

    /** Bytes that may wait in slots: a bound for what a load has to sort. */
    public static final long MOST_SLOT_BYTES = 128L << 20;

    /** How many former epochs can still be asked whether they wrote a batch. */
    public static final int ENDS = 16;

    /** 2 had 256 slots. */
    private static final byte FORMAT = 3;

    private static final double CALM = 0.5;
    private static final int MOST_PAUSE_MILLIS = 500;

    /** Before the first commit. */
    public static final Head EMPTY = new Head(0, 0, List.of(), 0, 0, 0, 1, 0, List.of(), List.of());

    /** The last revision written in an epoch. */
    public record End(long epoch, long revision) {}

    /**
     * Sorted items in blocks.
     *
     * @param level how many merges its oldest items have been through
     */
    public record Segment(long number, int level, int blocks) {}

    public Head {
        ends = List.copyOf(ends);
        segments = List.copyOf(segments);
        retired = List.copyOf(retired);
    }

    /** Whether a batch must wait until a merge has made room for it. */
    public boolean isFull() {
        return waiting() >= SLOTS || slotBytes >= MOST_SLOT_BYTES;
    }

    /** How long who commits should wait before the next, so that merging catches up: nothing while half is free, then the longer the fuller it is. */
    public int pauseMillis() {
        double used = Math.max((double) waiting() / SLOTS, (double) slotBytes / MOST_SLOT_BYTES);
        return (int) (Math.max(0, used - CALM) / (1 - CALM) * MOST_PAUSE_MILLIS);
    }

    /** Batches in slots. */
    public int waiting() {
        return (int) (nextSlot - firstSlot);
    }

    /** Segments in the order of the log. */
    public List<Segment> newestFirst() {
        return segments.stream()
                .sorted(Comparator.comparingInt(Segment::level)
                        .thenComparing(Comparator.comparingLong(Segment::number).reversed()))
                .toList();
    }

    /** With one more batch in slot {@link #nextSlot}. */
    public Head with(CommitBatch batch, long batchBytes) {
        List<End> nextEnds = ends;
        if (epoch != batch.epoch() && revision > 0) {
            nextEnds = new ArrayList<>(ends.subList(Math.max(0, ends.size() - ENDS + 1), ends.size()));
            nextEnds.add(new End(epoch, revision));
        }
        return new Head(
                batch.revision(),
                batch.epoch(),
                nextEnds,
                firstSlot,
                nextSlot + 1,
                slotBytes + batchBytes,
                nextSegment,
                building,
                segments,
                retired);
    }

    /** With a new segment begun; what another merge was writing is given up. */
    public Head withBegun() {
        List<Long> nextRetired = new ArrayList<>(retired);
        if (building != 0) {
            nextRetired.add(building);
        }
        return new Head(
                revision,
                epoch,
                ends,
                firstSlot,
                nextSlot,
                slotBytes,
                nextSegment + 1,
                nextSegment,
                segments,
                nextRetired);
    }

    /**
     * With the segment that was begun in the place of what it was merged from.
     *
     * @param blocks of the segment; 0 if nothing was left of its inputs
     * @param removed retired segments whose blocks are gone
     */
    public Head withMerged(Merge merge, int blocks, List<Long> removed) {
        List<Segment> nextSegments = new ArrayList<>(segments);
        nextSegments.removeAll(merge.segments());
        if (blocks > 0) {
            nextSegments.add(new Segment(building, merge.level(), blocks));
        }
        List<Long> nextRetired = new ArrayList<>(retired);
        nextRetired.removeAll(removed);
        merge.segments().forEach(s -> nextRetired.add(s.number()));
        return new Head(
                revision,
                epoch,
                ends,
                Math.max(firstSlot, merge.endSlot()),
                nextSlot,
                slotBytes - merge.slotBytes(),
                nextSegment,
                0,
                nextSegments,
                nextRetired);
    }

    /** Whether this very batch is in the store. */
    public Written written(CommitBatch batch) {
        if (batch.epoch() == epoch) {
            return batch.revision() <= revision ? Written.YES : Written.NO;
        }
        for (End end : ends) {
            if (end.epoch() == batch.epoch()) {
                return batch.revision() <= end.revision() ? Written.YES : Written.NO;
            }
        }
        boolean forgotten = ends.size() == ENDS && batch.epoch() < ends.get(0).epoch();
        return forgotten ? Written.FORGOTTEN : Written.NO;
    }

    /** Answer of {@link #written}. */
    public enum Written {
        YES,
        NO,
        FORGOTTEN
    }

    public byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(1
                + 7 * Long.BYTES
                + 3 * Integer.BYTES
                + ends.size() * 2 * Long.BYTES
                + segments.size() * (Long.BYTES + 2 * Integer.BYTES)
                + retired.size() * Long.BYTES);
        out.put(FORMAT).putLong(revision).putLong(epoch);
        out.putLong(firstSlot)
                .putLong(nextSlot)
                .putLong(slotBytes)
                .putLong(nextSegment)
                .putLong(building);
        out.putInt(ends.size());
        ends.forEach(e -> out.putLong(e.epoch()).putLong(e.revision()));
        out.putInt(segments.size());
        segments.forEach(s -> out.putLong(s.number()).putInt(s.level()).putInt(s.blocks()));
        out.putInt(retired.size());
        retired.forEach(out::putLong);
        return out.array();
    }

    public static Head decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        Formats.expect("head", FORMAT, in.get());
        long revision = in.getLong();
        long epoch = in.getLong();
        long firstSlot = in.getLong();
        long nextSlot = in.getLong();
        long slotBytes = in.getLong();
        long nextSegment = in.getLong();
        long building = in.getLong();
        List<End> ends = new ArrayList<>();
        for (int n = in.getInt(); n > 0; n--) {
            ends.add(new End(in.getLong(), in.getLong()));
        }
        List<Segment> segments = new ArrayList<>();
        for (int n = in.getInt(); n > 0; n--) {
            segments.add(new Segment(in.getLong(), in.getInt(), in.getInt()));
        }
        List<Long> retired = new ArrayList<>();
        for (int n = in.getInt(); n > 0; n--) {
            retired.add(in.getLong());
        }
        return new Head(
                revision, epoch, ends, firstSlot, nextSlot, slotBytes, nextSegment, building, segments, retired);
    }
}
