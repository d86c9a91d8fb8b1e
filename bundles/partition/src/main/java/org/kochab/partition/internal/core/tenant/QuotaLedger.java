package org.kochab.partition.internal.core.tenant;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.codec.Codec;
import org.kochab.api.codec.CodecException;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.ResourceQuota;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Precondition;
import org.kochab.api.partition.Transaction;
import org.kochab.partition.internal.core.kernel.CommitRules;

/**
 * Holds a tenant partition to its quotas: it counts what is there when the leadership begins, then every transaction, and refuses those that would go beyond. Objects are counted by their keys, for every
 * tenant; what pods use is read from them only where a quota says something about it, some at a time, and until all have been read new ones are told that it is busy. A tenant
 * that is being moved is counted and not refused. For the writer, {@link #used} for any thread.
 */
public final class QuotaLedger implements CommitRules {
    /** In a tenant partition: what a tenant may have, as the directory says. */
    public static final String TENANT_QUOTAS = "tenant-quota/";

    private static final String QUOTAS = ObjectKeys.all(Kind.RESOURCE_QUOTA);
    /** Every creation requires such a key. */
    private static final String OPEN = "open-";

    private static final int STEP = 1_000;
    private static final Duration RETRY = Duration.ofMillis(50);

    private final Codec codec;
    private final SortedMap<String, Long> standard;
    private final TreeMap<String, QuotaScope> scopes = new TreeMap<>();
    private final List<QuotaScope> counting = new ArrayList<>();
    private final TreeSet<String> heads = new TreeSet<>();
    private final ConcurrentSkipListMap<String, SortedMap<String, Long>> shown = new ConcurrentSkipListMap<>();
    private boolean loaded;

    /** @param standard what a tenant may have that says nothing of it, as {@link ResourceQuota.Spec#hard} */
    public QuotaLedger(Codec codec, Map<String, String> standard) {
        this.codec = codec;
        this.standard = QuotaAmounts.amounts(standard);
    }

    /** What is in use, if the scope has a quota of its own and everything has been counted. Any thread. */
    public @Nullable SortedMap<String, Long> used(TenantId tenant, String namespace) {
        return shown.get(tenant + "/" + namespace);
    }

    @Override
    public Tally open(Keys state) {
        if (!loaded) {
            load(state);
            loaded = true;
        }
        for (QuotaScope scope : List.copyOf(counting)) {
            count(scope, state);
            if (scope.isComplete()) {
                counting.remove(scope);
                show(scope);
            }
        }
        return new Group();
    }

    /** The tenant that all its keys are of. */
    @Override
    public String owner(Transaction transaction) {
        String owner = "";
        for (Operation o : transaction.operations()) {
            String key = o.key();
            int at = key.indexOf('/') + 1;
            if (owner.isEmpty()) {
                int end = key.indexOf('/', at);
                owner = at == 0 ? "" : key.substring(at, end < 0 ? key.length() : end);
            } else if (!key.startsWith(owner, at)
                    || key.length() > at + owner.length() && key.charAt(at + owner.length()) != '/') {
                return "";
            }
        }
        return owner;
    }

    private void load(Keys state) {
        state.each("", key -> {
            Place place = Place.of(key);
            if (place != null) {
                heads.add(place.head);
                tenant(place.tenant).used.merge(QuotaAmounts.count(place.head), 1L, Long::sum);
            }
        });
        for (String prefix : List.of(TENANT_QUOTAS, QUOTAS)) {
            String after = null;
            List<Entry> some = state.some(prefix, null, STEP);
            while (!some.isEmpty()) {
                for (Entry e : some) {
                    change(e.key(), e.value());
                    after = e.key();
                }
                some = state.some(prefix, after, STEP);
            }
        }
    }

    private QuotaScope tenant(String name) {
        return scopes.computeIfAbsent(name, n -> new QuotaScope(n, null));
    }

    /** A step: what a namespace's first quota, or the first that reads pods, wants to know of what is there. */
    private void count(QuotaScope scope, Keys state) {
        if (!scope.counted) {
            scope.counted = true;
            for (String head : heads) {
                state.each(
                        head + "/" + scope.name() + "/",
                        key -> scope.used.merge(QuotaAmounts.count(head), 1L, Long::sum));
            }
        }
        if (scope.meteredTo != null && !scope.meteredTo.equals(QuotaScope.ALL)) {
            List<Entry> some = state.some(scope.pods(), scope.meteredTo.isEmpty() ? null : scope.meteredTo, STEP);
            for (Entry e : some) {
                Pod pod = pod(e.value());
                if (pod != null) {
                    scope.add(QuotaAmounts.used(pod));
                }
                scope.meteredTo = e.key();
            }
            if (some.size() < STEP) {
                scope.meteredTo = QuotaScope.ALL;
            }
        }
    }

    private @Nullable Pod pod(byte[] value) {
        try {
            return (Pod) codec.decode(Versions.json(value), Kind.POD);
        } catch (CodecException e) {
            // Nobody can read it, so nobody runs it.
            return null;
        }
    }

    /** A quota was stored or, with null, removed. */
    private void change(String key, byte @Nullable [] value) {
        if (key.startsWith(TENANT_QUOTAS)) {
            QuotaScope scope = tenant(key.substring(TENANT_QUOTAS.length()));
            scope.hard.remove("");
            if (value != null) {
                scope.hard.put("", QuotaAmounts.amounts(QuotaAmounts.read(Versions.json(value))));
            }
            measure(scope);
            return;
        }
        String[] parts = key.substring(QUOTAS.length()).split("/", -1);
        String name = parts[0] + "/" + parts[1];
        QuotaScope scope = scopes.computeIfAbsent(name, n -> new QuotaScope(parts[0], parts[1]));
        SortedMap<String, Long> hard = value == null ? null : hard(value);
        if (hard == null) {
            scope.hard.remove(parts[2]);
        } else {
            scope.hard.put(parts[2], hard);
        }
        if (scope.hard.isEmpty()) {
            scopes.remove(name);
            counting.remove(scope);
            shown.remove(name);
        } else {
            measure(scope);
        }
    }

    private @Nullable SortedMap<String, Long> hard(byte[] value) {
        try {
            ResourceQuota.Spec spec = ((ResourceQuota) codec.decode(Versions.json(value), Kind.RESOURCE_QUOTA)).spec();
            return spec == null ? null : QuotaAmounts.amounts(spec.hard());
        } catch (CodecException | IllegalArgumentException e) {
            return null;
        }
    }

    /** Sees to it that all is counted that its quotas name. */
    private void measure(QuotaScope scope) {
        if (scope.meteredTo == null
                && hard(scope).stream()
                        .anyMatch(h -> h.getValue().keySet().stream().anyMatch(QuotaAmounts::isMetered))) {
            scope.meteredTo = "";
        }
        if (!scope.isComplete() && !counting.contains(scope)) {
            counting.add(scope);
        }
    }

    private List<Map.Entry<String, SortedMap<String, Long>>> hard(QuotaScope scope) {
        if (scope.namespace != null) {
            return List.copyOf(scope.hard.entrySet());
        }
        SortedMap<String, Long> all = new TreeMap<>(standard);
        all.putAll(scope.hard.getOrDefault("", new TreeMap<>()));
        return List.of(Map.entry("", all));
    }

    private void show(QuotaScope scope) {
        if (scope.namespace != null && scope.isComplete()) {
            shown.put(scope.name(), new TreeMap<>(scope.used));
        }
    }

    /** What a key is, if it is a tenant's object. */
    private record Place(String head, String tenant, @Nullable String namespace) {
        static @Nullable Place of(String key) {
            int first = key.indexOf('/');
            int second = first < 0 ? -1 : key.indexOf('/', first + 1);
            if (second < 0) {
                return null;
            }
            int third = key.indexOf('/', second + 1);
            return new Place(
                    key.substring(0, first),
                    key.substring(first + 1, second),
                    third < 0 ? null : key.substring(second + 1, third));
        }
    }

    /** What one transaction, or those of a group so far, add to a scope. */
    private static final class More {
        final QuotaScope scope;
        final TreeMap<String, Long> sums = new TreeMap<>();
        final List<Pod> created = new ArrayList<>();
        boolean grows;

        More(QuotaScope scope) {
            this.scope = scope;
        }

        void add(Map<String, Long> more, int sign) {
            more.forEach((name, amount) -> sums.merge(name, sign * amount, Long::sum));
        }
    }

    private final class Group implements Tally {
        private final TreeMap<String, More> pending = new TreeMap<>();
        private final TreeMap<String, Operation> quotas = new TreeMap<>();
        private final TreeSet<String> newHeads = new TreeSet<>();

        @Override
        public @Nullable CommitResult decide(Transaction transaction, Keys before) {
            TreeMap<String, More> more = new TreeMap<>();
            for (Operation o : transaction.operations()) {
                add(more, o, before);
            }
            boolean creates = transaction.preconditions().stream()
                    .anyMatch(p -> p instanceof Precondition.Present && p.key().startsWith(OPEN));
            for (More m : more.values()) {
                CommitResult refusal = refusal(m, creates);
                if (refusal != null && before.newest(Fence.key(new TenantId(m.scope.tenant))) == null) {
                    return refusal;
                }
            }
            more.forEach((name, m) ->
                    pending.computeIfAbsent(name, n -> new More(m.scope)).add(m.sums, 1));
            for (Operation o : transaction.operations()) {
                if (o.key().startsWith(QUOTAS) || o.key().startsWith(TENANT_QUOTAS)) {
                    quotas.put(o.key(), o);
                }
            }
            return null;
        }

        private void add(TreeMap<String, More> to, Operation o, Keys before) {
            Place place = Place.of(o.key());
            if (place == null) {
                return;
            }
            Entry was = before.newest(o.key());
            byte[] value = o instanceof Operation.Put put ? put.value() : null;
            if (was == null && value == null) {
                return;
            }
            newHeads.add(place.head);
            add(to, tenant(place.tenant), place, o.key(), was, value);
            QuotaScope namespace = place.namespace == null ? null : scopes.get(place.tenant + "/" + place.namespace);
            if (namespace != null) {
                add(to, namespace, place, o.key(), was, value);
            }
        }

        private void add(
                TreeMap<String, More> to,
                QuotaScope scope,
                Place place,
                String key,
                @Nullable Entry was,
                byte @Nullable [] value) {
            boolean isMetered = scope.meteredTo != null && key.startsWith(QuotaScope.PODS);
            if (was != null && value != null && !isMetered) {
                return;
            }
            More more = to.computeIfAbsent(scope.name(), n -> new More(scope));
            if (was == null || value == null) {
                more.sums.merge(QuotaAmounts.count(place.head), was == null ? 1L : -1L, Long::sum);
            }
            if (isMetered) {
                meter(more, key, was == null ? null : pod(was.value()), value == null ? null : pod(value), was == null);
            }
        }

        private void meter(More more, String key, @Nullable Pod was, @Nullable Pod is, boolean isNew) {
            Map<String, Long> less = was == null ? new TreeMap<>() : QuotaAmounts.used(was);
            Map<String, Long> used = is == null ? new TreeMap<>() : QuotaAmounts.used(is);
            used.forEach((name, amount) -> more.grows |= amount > less.getOrDefault(name, 0L));
            if (isNew && is != null) {
                more.created.add(is);
            }
            if (more.scope.has(key)) {
                more.add(less, -1);
                more.add(used, 1);
            }
        }

        private @Nullable CommitResult refusal(More more, boolean creates) {
            QuotaScope scope = more.scope;
            More earlier = pending.get(scope.name());
            for (Map.Entry<String, SortedMap<String, Long>> quota : hard(scope)) {
                for (Map.Entry<String, Long> hard : quota.getValue().entrySet()) {
                    String name = hard.getKey();
                    boolean isMetered = QuotaAmounts.isMetered(name);
                    if (isMetered && more.grows && !QuotaScope.ALL.equals(scope.meteredTo)) {
                        return new CommitResult.Busy(RETRY);
                    }
                    long wanted = more.sums.getOrDefault(name, 0L);
                    long used = scope.used.getOrDefault(name, 0L)
                            + (earlier == null ? 0 : earlier.sums.getOrDefault(name, 0L));
                    if (wanted > 0 && (creates || isMetered) && used + wanted > hard.getValue()) {
                        return new CommitResult.Refused("exceeded " + scope.quota(quota.getKey()) + ": requested "
                                + name
                                + "=" + QuotaAmounts.text(name, wanted) + ", used " + QuotaAmounts.text(name, used)
                                + ", limited to " + QuotaAmounts.text(name, hard.getValue())
                                + "; delete what is not needed, or have the quota raised");
                    }
                    String silent = silent(more.created, name);
                    if (!silent.isEmpty()) {
                        return new CommitResult.Refused("container " + Problems.quoted(silent) + " must say its " + name
                                + ": " + scope.quota(quota.getKey())
                                + " limits it; set spec.containers.resources, or a default with a LimitRange");
                    }
                }
            }
            return null;
        }

        private static String silent(List<Pod> created, String name) {
            for (Pod pod : created) {
                String container = QuotaAmounts.silent(pod, name);
                if (!container.isEmpty()) {
                    return container;
                }
            }
            return "";
        }

        @Override
        public void keep() {
            heads.addAll(newHeads);
            pending.values().forEach(more -> {
                more.scope.add(more.sums);
                show(more.scope);
                if (more.scope.used.isEmpty() && more.scope.hard.isEmpty()) {
                    scopes.remove(more.scope.name());
                }
            });
            quotas.forEach((key, o) -> change(key, o instanceof Operation.Put put ? put.value() : null));
        }
    }
}
