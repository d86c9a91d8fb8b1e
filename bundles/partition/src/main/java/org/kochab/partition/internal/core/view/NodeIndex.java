package org.kochab.partition.internal.core.view;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Node;

/**
 * What nodes are: labels, taints, runtimes, images. Bounded: labels beyond {@link #MOST_KEYS} keys are found by looking at every node, images beyond
 * {@link #MOST_IMAGES} are not known to be anywhere.
 */
final class NodeIndex {
    static final int MOST_KEYS = 256;
    static final int MOST_IMAGES = 50_000;

    private final Slots slots;
    private final Map<String, DictColumn<String>> labels = new HashMap<>();
    private boolean moreKeys;
    private final DictColumn<List<Node.Taint>> taints;
    private final DictColumn<List<String>> runtimes;
    private final Map<String, SlotSet> images = new HashMap<>();
    private final BitSet ready = new BitSet();
    private final BitSet unschedulable = new BitSet();

    NodeIndex(Slots slots) {
        this.slots = slots;
        this.taints = new DictColumn<>(slots.capacity());
        this.runtimes = new DictColumn<>(slots.capacity());
    }

    void grow(int capacity) {
        labels.values().forEach(c -> c.grow(capacity));
        taints.grow(capacity);
        runtimes.grow(capacity);
    }

    /** Replaces what is known of a slot; {@code slots} still has the node as it was. */
    void set(int slot, @Nullable Node node) {
        Node before = slots.node(slot);
        setLabels(slot, labels(before), labels(node));
        setImages(slot, before, node);
        Node.Status status = node == null ? null : node.status();
        Node.Spec spec = node == null ? null : node.spec();
        taints.set(slot, node == null ? null : taints(spec));
        runtimes.set(slot, node == null ? null : provenRuntimes(status));
        ready.set(slot, status != null && "Ready".equals(status.phase()));
        unschedulable.set(slot, spec != null && Boolean.TRUE.equals(spec.unschedulable()));
    }

    private static Map<String, String> labels(@Nullable Node node) {
        return node == null ? new TreeMap<>() : node.metadata().labels();
    }

    /** The moment a taint was added is no part of what pods tolerate. */
    private static List<Node.Taint> taints(Node.@Nullable Spec spec) {
        List<Node.Taint> taints = new ArrayList<>();
        if (spec != null) {
            spec.taints().forEach(t -> taints.add(new Node.Taint(t.key(), t.value(), t.effect(), null)));
        }
        return List.copyOf(taints);
    }

    private static List<String> provenRuntimes(Node.@Nullable Status status) {
        TreeSet<String> kinds = new TreeSet<>();
        if (status != null) {
            status.runtimes().stream().filter(Node.Runtime::ok).forEach(r -> kinds.add(r.kind()));
        }
        return List.copyOf(kinds);
    }

    private void setLabels(int slot, Map<String, String> before, Map<String, String> after) {
        for (String key : before.keySet()) {
            DictColumn<String> column = labels.get(key);
            if (!after.containsKey(key) && column != null) {
                column.set(slot, null);
                if (column.present().isEmpty()) {
                    labels.remove(key);
                }
            }
        }
        after.forEach((key, value) -> {
            DictColumn<String> column = labels.get(key);
            if (column == null) {
                if (labels.size() >= MOST_KEYS) {
                    moreKeys = true;
                    return;
                }
                column = moreKeys ? scan(key) : new DictColumn<>(slots.capacity());
                labels.put(key, column);
            }
            column.set(slot, value);
        });
    }

    /** The column of one key: kept, or made by looking at every node. */
    DictColumn<String> label(String key) {
        DictColumn<String> column = labels.get(key);
        if (column != null) {
            return column;
        }
        return moreKeys ? scan(key) : new DictColumn<>(slots.capacity());
    }

    private DictColumn<String> scan(String key) {
        DictColumn<String> column = new DictColumn<>(slots.capacity());
        BitSet live = slots.live();
        for (int slot = live.nextSetBit(0); slot >= 0; slot = live.nextSetBit(slot + 1)) {
            column.set(slot, labels(slots.node(slot)).get(key));
        }
        return column;
    }

    private void setImages(int slot, @Nullable Node before, @Nullable Node after) {
        List<Node.Image> old = images(before);
        List<Node.Image> now = images(after);
        if (old.equals(now)) {
            return;
        }
        for (Node.Image image : old) {
            for (String name : image.names()) {
                String full = fullName(name);
                SlotSet set = images.get(full);
                if (set != null) {
                    set.remove(slot);
                    if (set.isEmpty()) {
                        images.remove(full);
                    }
                }
            }
        }
        for (Node.Image image : now) {
            for (String name : image.names()) {
                String full = fullName(name);
                SlotSet set = images.get(full);
                if (set == null && images.size() < MOST_IMAGES) {
                    set = new SlotSet();
                    images.put(full, set);
                }
                if (set != null) {
                    set.add(slot);
                }
            }
        }
    }

    private static List<Node.Image> images(@Nullable Node node) {
        return node == null || node.status() == null ? List.of() : node.status().images();
    }

    /** An image without tag and digest means its latest. */
    private static String fullName(String image) {
        return image.indexOf('@') < 0 && image.indexOf(':', image.lastIndexOf('/') + 1) < 0 ? image + ":latest" : image;
    }

    BitSet withImage(String image) {
        SlotSet set = images.get(fullName(image));
        return set == null ? new BitSet() : set.bits();
    }

    BitSet withRuntime(String kind) {
        BitSet all = new BitSet();
        for (List<String> kinds : runtimes.values()) {
            if (kinds != null && kinds.contains(kind)) {
                all.or(runtimes.with(kinds));
            }
        }
        return all;
    }

    DictColumn<List<Node.Taint>> taints() {
        return taints;
    }

    BitSet ready() {
        return ready;
    }

    BitSet unschedulable() {
        return unschedulable;
    }
}
