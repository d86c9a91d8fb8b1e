package org.kochab.partition.internal.tenant;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.CustomObject;
import org.kochab.api.model.CustomResourceDefinition;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.partition.internal.core.tenant.ObjectRules;

/**
 * The kinds that tenants have: those that are built in, those that bundles offer, those that the tenant {@code system} shares, and a tenant's own. In this order: a
 * later one never takes the name of an earlier one. Definitions are read where they are stored, each time they are needed; those that are shared are at most two
 * seconds old, and the last known ones serve while their partition cannot be reached. Any thread.
 */
final class KindCatalogue {
    private static final long FRESH = Duration.ofSeconds(2).toNanos();
    /** Own kinds of one tenant. */
    private static final int MOST = 200;

    /** Reads the definitions of a tenant. */
    interface Definitions {
        List<CustomResourceDefinition> of(TenantId tenant);
    }

    /** @param written how much was written here before they were read */
    private record Shared(List<Kind> kinds, long since, int written) {}

    private final ObjectRules rules;
    private final OfferedKinds offered = new OfferedKinds();
    private volatile Definitions definitions = tenant -> List.of();
    private final AtomicInteger written = new AtomicInteger();
    private volatile @Nullable Shared shared;

    KindCatalogue(ObjectRules rules) {
        this.rules = rules;
    }

    void readBy(Definitions reader) {
        definitions = reader;
    }

    OfferedKinds offered() {
        return offered;
    }

    /** A definition that is to be shared was written here: others look within two seconds. */
    void forget() {
        written.incrementAndGet();
        shared = null;
    }

    /** For what belongs together: definitions are read once. For one thread. */
    Lookup lookup(TenantId tenant) {
        return new Lookup(tenant);
    }

    /** See {@link KindCatalogue#lookup}. */
    final class Lookup {
        private final TenantId tenant;
        private @Nullable List<Kind> custom;

        private Lookup(TenantId tenant) {
            this.tenant = tenant;
        }

        /** All that are served, built-in ones first. */
        List<Kind> kinds() {
            return Stream.concat(rules.kinds().stream(), custom().stream()).toList();
        }

        private List<Kind> custom() {
            List<Kind> known = custom;
            if (known == null) {
                known = read();
                custom = known;
            }
            return known;
        }

        private List<Kind> read() {
            List<Kind> all = new ArrayList<>(offered.of(tenant));
            sharedKinds().orElse(List.of()).forEach(k -> add(all, k));
            for (CustomResourceDefinition d : definitions.of(tenant)) {
                d.kinds().stream().filter(Kind::isOfTenant).forEach(k -> add(all, k));
            }
            return all;
        }

        /**
         * The kind of an object.
         *
         * @throws ResourceException if it is not served here
         */
        Kind kind(Resource object) {
            if (!(object instanceof CustomObject custom)) {
                return rules.kind(object);
            }
            return find(custom.apiVersion(), custom.kind());
        }

        /** The kind as it is served now, if it is not built in. */
        Kind served(Kind kind) {
            return kind.isCustom() ? find(kind.apiVersion(), kind.name()) : kind;
        }

        private Kind find(String apiVersion, String name) {
            return custom().stream()
                    .filter(k -> k.name().equals(name) && k.apiVersion().equals(apiVersion))
                    .findFirst()
                    .orElseThrow(() -> notServed(apiVersion, name));
        }

        private ResourceException notServed(String apiVersion, String name) {
            List<String> versions = custom().stream()
                    .filter(k -> k.name().equals(name) && apiVersion.startsWith(k.group() + "/"))
                    .map(Kind::apiVersion)
                    .toList();
            if (!versions.isEmpty()) {
                return new ResourceException(
                        Reason.INVALID,
                        "apiVersion: '" + apiVersion + "' does not have kind " + name + "; write "
                                + String.join(" or ", versions));
            }
            return new ResourceException(
                    Reason.NOT_FOUND,
                    "kind: tenant " + tenant + " has no kind '" + name + "' of apiVersion '" + apiVersion
                            + "': no bundle offers it, and there is no definition of it; what was stored of it stays stored");
        }

        /**
         * Checks that a definition takes no other kind's names.
         *
         * @param draft anything; only definitions are looked at
         */
        void requireFree(Resource draft) {
            if (!(draft instanceof CustomResourceDefinition definition) || definition.spec() == null) {
                return;
            }
            if (sharedKinds().isEmpty()) {
                throw new ResourceException(
                        Reason.UNAVAILABLE,
                        "the kinds that tenant " + TenantId.SYSTEM
                                + " shares with all cannot be read now, so nobody knows whether this one is free; try again");
            }
            List<CustomResourceDefinition> own = definitions.of(tenant);
            if (own.size() >= MOST) {
                throw new ResourceException(
                        Reason.INVALID,
                        "tenant " + tenant + " has " + own.size() + " kinds of its own; at most " + MOST
                                + " are allowed, delete one first");
            }
            for (Kind k : definition.kinds()) {
                custom().stream().filter(other -> clashes(k, other)).findFirst().ifPresent(other -> {
                    throw new ResourceException(
                            Reason.INVALID,
                            "spec.names: " + other.name() + " (" + other.plural() + ") of " + other.group() + " is "
                                    + (other.isOfTenant()
                                            ? "another kind of this tenant"
                                            : "a kind that is shared, and no tenant can replace it")
                                    + "; choose other names or another group");
                });
            }
        }
    }

    private static boolean clashes(Kind one, Kind other) {
        boolean names = one.name().equals(other.name()) || one.plural().equals(other.plural());
        boolean itself = one.isSame(other) && one.plural().equals(other.plural()) && other.isOfTenant();
        return names && one.group().equals(other.group()) && !itself;
    }

    private static void add(List<Kind> all, Kind kind) {
        boolean taken = all.stream()
                .anyMatch(k -> k.group().equals(kind.group())
                        && (k.name().equals(kind.name()) || k.plural().equals(kind.plural()))
                        && !(k.isSame(kind) && !k.apiVersion().equals(kind.apiVersion())));
        if (!taken) {
            all.add(kind);
        }
    }

    /** Empty if they were never known here and cannot be read now. */
    private Optional<List<Kind>> sharedKinds() {
        Shared last = shared;
        int before = written.get();
        long begun = System.nanoTime();
        // What somebody began to read before a write may be remembered after it.
        if (last != null && last.written == before && begun - last.since < FRESH) {
            return Optional.of(last.kinds);
        }
        try {
            List<Kind> kinds = definitions.of(TenantId.SYSTEM).stream()
                    .flatMap(d -> d.kinds().stream())
                    .filter(k -> !k.isOfTenant())
                    .toList();
            shared = new Shared(kinds, begun, before);
            return Optional.of(kinds);
        } catch (ResourceException e) {
            return last == null ? Optional.empty() : Optional.of(last.kinds);
        }
    }
}
