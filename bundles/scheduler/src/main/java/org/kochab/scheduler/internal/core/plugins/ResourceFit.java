package org.kochab.scheduler.internal.core.plugins;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.GroupFilter;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementFilter;
import org.kochab.spi.scheduler.Refusal;

/** Only nodes with enough of everything the pod asks for. */
public final class ResourceFit implements PlacementFilter {
    @Override
    public String name() {
        return "resource-fit";
    }

    @Override
    public int order() {
        return 80;
    }

    @Override
    public Optional<GroupFilter> begin(PlacementContext context) {
        List<String> names = new ArrayList<>();
        context.group().requests().forEach((resource, amount) -> {
            if (amount > 0) {
                names.add(resource);
            }
        });
        if (names.isEmpty()) {
            return Optional.empty();
        }
        ClusterView view = context.view();
        int n = names.size();
        long[][] allocatable = new long[n][];
        long[][] committed = new long[n][];
        long[] asked = new long[n];
        for (int k = 0; k < n; k++) {
            allocatable[k] = view.allocatable(names.get(k));
            committed[k] = view.committed(names.get(k));
            asked[k] = context.group().requests().get(names.get(k));
        }
        return Optional.of(new Fit(names, allocatable, committed, asked));
    }

    private record Fit(List<String> names, long[][] allocatable, long[][] committed, long[] asked)
            implements GroupFilter {
        @Override
        public void filter(BitSet candidates) {
            long[] words = candidates.toLongArray();
            for (int k = 0; k < asked.length; k++) {
                keepFitting(words, allocatable[k], committed[k], asked[k]);
            }
            candidates.and(BitSet.valueOf(words));
        }

        /** Without branches: the sign of what would be left is the answer. */
        private static void keepFitting(long[] words, long[] allocatable, long[] committed, long asked) {
            for (int w = 0; w < words.length; w++) {
                long word = words[w];
                if (word == 0) {
                    continue;
                }
                int from = w << 6;
                int to = Math.min(from + 64, allocatable.length);
                long lacking = 0;
                for (int slot = from; slot < to; slot++) {
                    lacking |= ((allocatable[slot] - committed[slot] - asked) >>> 63) << slot;
                }
                words[w] = word & ~lacking;
            }
        }

        @Override
        public boolean changes() {
            return true;
        }

        @Override
        public SortedMap<String, Long> needs() {
            SortedMap<String, Long> needs = new TreeMap<>();
            for (int k = 0; k < asked.length; k++) {
                needs.put(names.get(k), asked[k]);
            }
            return needs;
        }

        @Override
        public boolean accepts(int slot) {
            for (int k = 0; k < asked.length; k++) {
                if (allocatable[k][slot] - committed[k][slot] < asked[k]) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public Refusal.Code code() {
            return Refusal.Code.UNFIT_NOW;
        }

        @Override
        public String reason(BitSet refused) {
            List<String> parts = new ArrayList<>();
            for (int k = 0; k < asked.length; k++) {
                int lacking = 0;
                int everLacking = 0;
                long largest = 0;
                for (int slot = refused.nextSetBit(0); slot >= 0; slot = refused.nextSetBit(slot + 1)) {
                    long free = allocatable[k][slot] - committed[k][slot];
                    if (free < asked[k]) {
                        lacking++;
                        everLacking += allocatable[k][slot] < asked[k] ? 1 : 0;
                        largest = Math.max(largest, free);
                    }
                }
                if (lacking > 0) {
                    parts.add(part(names.get(k), lacking, everLacking, largest, asked[k]));
                }
            }
            return String.join("; ", parts);
        }

        private static String part(String resource, int lacking, int everLacking, long largest, long asked) {
            if (resource.equals("pods")) {
                return Words.nodes(lacking, "runs", "run")
                        + " as many pods as it may".replace("it", lacking == 1 ? "it" : "they");
            }
            return Words.nodes(lacking, "has", "have") + " too little " + resource + " (largest free "
                    + Words.amount(resource, largest) + ", asked " + Words.amount(resource, asked) + ")"
                    + (everLacking == lacking ? " even when empty" : "");
        }
    }
}
