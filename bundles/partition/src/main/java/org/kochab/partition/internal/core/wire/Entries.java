package org.kochab.partition.internal.core.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.ListCursor;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.WatchEvent;

/** Entries, pages of them, and events. */
public final class Entries {
    /** A page or a round of events ends when it has grown to this. */
    static final int ENOUGH_BYTES = 2 << 20;

    /** What a transaction's events may take at most; they are never divided. */
    static final int MOST_BYTES = 11 << 20;

    private static final int PUT = 0;
    private static final int DELETED = 1;
    private static final int BOOKMARK = 2;

    private Entries() {}

    public static void write(WireOut out, Entry entry) {
        out.text(entry.key()).blob(entry.value()).i64(entry.createRevision()).i64(entry.revision());
    }

    public static Entry read(WireIn in) {
        return new Entry(in.text(), in.blob(), in.i64(), in.i64());
    }

    public static void write(WireOut out, Optional<Entry> entry) {
        out.bool(entry.isPresent());
        entry.ifPresent(e -> write(out, e));
    }

    public static Optional<Entry> readOptional(WireIn in) {
        return in.bool() ? Optional.of(read(in)) : Optional.empty();
    }

    /** Writes as much of the page as is enough for one answer: at least one entry, if there is one. */
    public static void write(WireOut out, ListPage page) {
        out.i64(page.revision());
        for (Entry entry : page.entries()) {
            if (out.length() > ENOUGH_BYTES) {
                out.u8(MORE);
                return;
            }
            out.u8(ENTRY);
            write(out, entry);
        }
        out.u8(page.next().isPresent() ? MORE : LAST);
    }

    private static final int LAST = 0;
    private static final int ENTRY = 1;
    private static final int MORE = 2;

    public static ListPage readPage(WireIn in) {
        long revision = in.i64();
        List<Entry> entries = new ArrayList<>();
        int mark = in.u8();
        while (mark == ENTRY) {
            entries.add(read(in));
            mark = in.u8();
        }
        if (mark > MORE || mark == MORE && entries.isEmpty()) {
            throw new WireException("end of a page " + mark);
        }
        return new ListPage(
                revision,
                entries,
                mark == LAST
                        ? Optional.empty()
                        : Optional.of(new ListCursor(
                                revision, entries.get(entries.size() - 1).key())));
    }

    /**
     * Writes as many events as are enough for one answer, whole transactions only.
     *
     * @return the revision up to which they go; -1 if already the first transaction is too large for an answer
     */
    public static long write(WireOut out, List<WatchEvent> events) {
        long complete = -1;
        int completeTo = out.length();
        long current = -1;
        for (WatchEvent event : events) {
            if (event.revision() != current) {
                complete = current;
                completeTo = out.length();
                current = event.revision();
                if (out.length() > ENOUGH_BYTES) {
                    break;
                }
            }
            write(out, event);
            if (out.length() > MOST_BYTES) {
                out.cutTo(completeTo);
                return complete;
            }
        }
        if (out.length() != completeTo) {
            complete = current;
        }
        return complete;
    }

    private static void write(WireOut out, WatchEvent event) {
        if (event instanceof WatchEvent.Put put) {
            out.u8(PUT);
            write(out, put.entry());
            write(out, put.previous());
        } else if (event instanceof WatchEvent.Deleted deleted) {
            out.u8(DELETED).i64(deleted.revision());
            write(out, deleted.previous());
        } else {
            out.u8(BOOKMARK).i64(event.revision());
        }
    }

    /** Reads events up to the end of the message. */
    public static List<WatchEvent> readEvents(WireIn in) {
        List<WatchEvent> events = new ArrayList<>();
        while (in.hasMore()) {
            int kind = in.u8();
            events.add(
                    switch (kind) {
                        case PUT -> new WatchEvent.Put(read(in), readOptional(in));
                        case DELETED -> new WatchEvent.Deleted(in.i64(), read(in));
                        case BOOKMARK -> new WatchEvent.Bookmark(in.i64());
                        default -> throw new WireException("event " + kind);
                    });
        }
        return events;
    }
}
