package org.kochab.partition.internal.core.tenant;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;

/** What a quota is about: a tenant, or one of its namespaces. For the ledger's thread. */
final class QuotaScope {
    static final String PODS = ObjectKeys.all(Kind.POD);
    /** After every key. */
    static final String ALL = "\uffff";

    final String tenant;
    final @Nullable String namespace;
    /** By the quota's name; a tenant's is the empty one. */
    final TreeMap<String, SortedMap<String, Long>> hard = new TreeMap<>();

    final TreeMap<String, Long> used = new TreeMap<>();
    boolean counted;
    /** Up to which key pods have been read; null if nobody wants it. */
    @Nullable
    String meteredTo;

    QuotaScope(String tenant, @Nullable String namespace) {
        this.tenant = tenant;
        this.namespace = namespace;
        this.counted = namespace == null;
    }

    String name() {
        return namespace == null ? tenant : tenant + "/" + namespace;
    }

    String pods() {
        return PODS + name() + "/";
    }

    boolean isComplete() {
        return counted && (meteredTo == null || meteredTo.equals(ALL));
    }

    boolean has(String key) {
        return meteredTo != null && key.compareTo(meteredTo) <= 0;
    }

    void add(Map<String, Long> more) {
        more.forEach((name, amount) -> used.merge(name, amount, (a, b) -> a + b == 0 ? null : Long.valueOf(a + b)));
    }

    String quota(String name) {
        return namespace == null
                ? "the quota of tenant " + tenant
                : "quota " + Problems.quoted(name) + " of namespace " + namespace;
    }
}
