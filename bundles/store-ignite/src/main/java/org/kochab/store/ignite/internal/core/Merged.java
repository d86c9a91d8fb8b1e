package org.kochab.store.ignite.internal.core;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** The newest item of each key of several sorted sources, in key order. Reads its sources one item ahead. */
public final class Merged implements Iterator<Item> {
    private final PriorityQueue<Source> sources;

    private static final class Source implements Comparable<Source> {
        private final Iterator<Item> items;
        private final int age;
        private @Nullable Item next;

        Source(Iterator<Item> items, int age) {
            this.items = items;
            this.age = age;
        }

        boolean advance() {
            boolean more = items.hasNext();
            next = more ? items.next() : null;
            return more;
        }

        Item item() {
            if (next == null) {
                throw new NoSuchElementException();
            }
            return next;
        }

        @Override
        public int compareTo(Source other) {
            int byKey = Arrays.compareUnsigned(item().key(), other.item().key());
            return byKey != 0 ? byKey : Integer.compare(age, other.age);
        }
    }

    /** @param newestFirst each sorted by key, no key twice */
    public Merged(List<Iterator<Item>> newestFirst) {
        this.sources = new PriorityQueue<>(Math.max(1, newestFirst.size()));
        for (int age = 0; age < newestFirst.size(); age++) {
            add(new Source(newestFirst.get(age), age));
        }
    }

    private void add(Source source) {
        if (source.advance()) {
            sources.add(source);
        }
    }

    @Override
    public boolean hasNext() {
        return !sources.isEmpty();
    }

    @Override
    public Item next() {
        Source newest = sources.remove();
        Item item = newest.item();
        add(newest);
        while (!sources.isEmpty() && Arrays.equals(sources.element().item().key(), item.key())) {
            Source older = sources.remove();
            add(older);
        }
        return item;
    }
}
