package org.kochab.partition.internal.tenant;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.CustomResourceDefinition;
import org.kochab.api.model.CustomResourceDefinition.Spec;
import org.kochab.api.model.Kind;
import org.kochab.api.model.KindDefinition;
import org.kochab.api.model.TenantId;
import org.kochab.api.plugin.Plugin;
import org.kochab.partition.internal.core.tenant.Problems;
import org.kochab.partition.internal.core.tenant.Quarantine;
import org.kochab.schema.check.Definitions;
import org.kochab.schema.check.Offers;
import org.kochab.spi.kind.ResourceKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Kinds that bundles offer. Of two with the same name, the one of the bundle whose name comes first. Any thread. */
final class OfferedKinds {
    private static final Logger LOG = LoggerFactory.getLogger(OfferedKinds.class);

    /**
     * @param kind null if the offer is not right
     * @param tenants empty for all
     * @param trouble what is wrong with it, or empty
     */
    private record Offer(
            ResourceKind service,
            String bundle,
            String version,
            String name,
            @Nullable Kind kind,
            TreeSet<String> tenants,
            String trouble) {}

    private volatile List<Offer> offers = List.of();

    synchronized void add(ResourceKind service, String bundle, String version, Codec codec) {
        Offer offer = offer(service, bundle, version, codec);
        if (!offer.trouble.isEmpty()) {
            LOG.warn("The kind {} that {} offers is not served: {}", offer.name, bundle, offer.trouble);
        }
        List<Offer> all = new ArrayList<>(offers);
        all.add(offer);
        all.sort(Comparator.comparing(Offer::bundle).thenComparing(Offer::name));
        offers = List.copyOf(all);
    }

    synchronized void remove(ResourceKind service) {
        offers = offers.stream().filter(o -> o.service != service).toList();
    }

    List<Kind> of(TenantId tenant) {
        List<Kind> kinds = new ArrayList<>();
        for (Offer o : offers) {
            if (o.kind != null
                    && (o.tenants.isEmpty() || o.tenants.contains(tenant.value()))
                    && kinds.stream().noneMatch(k -> isSame(k, o.kind))) {
                kinds.add(o.kind);
            }
        }
        return kinds;
    }

    private static boolean isSame(Kind a, Kind b) {
        return a.group().equals(b.group())
                && (a.name().equals(b.name()) || a.plural().equals(b.plural()));
    }

    /** Lists them, with what is wrong with them. */
    List<Plugin> plugins() {
        List<Plugin> plugins = new ArrayList<>();
        List<Kind> seen = new ArrayList<>();
        for (Offer o : offers) {
            boolean shadowed = o.kind != null && seen.stream().anyMatch(k -> isSame(k, o.kind));
            if (o.kind != null) {
                seen.add(o.kind);
            }
            plugins.add(new Plugin(
                    Plugin.KIND,
                    o.name,
                    o.bundle,
                    o.version,
                    List.of(),
                    o.kind == null ? "Unusable" : shadowed ? "Shadowed" : "Active",
                    shadowed ? "Another bundle offers a kind of this name." : o.trouble));
        }
        return plugins;
    }

    private static Offer offer(ResourceKind service, String bundle, String version, Codec codec) {
        String name = service.getClass().getSimpleName();
        try {
            Spec spec = spec(service, codec);
            name = spec.names().kind() + "." + spec.group();
            TreeSet<String> tenants = new TreeSet<>();
            service.tenants().forEach(t -> tenants.add(t.value()));
            Problems problems = new Problems();
            Definitions.check(spec, problems::add);
            return problems.none()
                    ? new Offer(
                            service,
                            bundle,
                            version,
                            name,
                            CustomResourceDefinition.kinds(spec, KindDefinition.Origin.SHARED)
                                    .get(0),
                            tenants,
                            "")
                    : new Offer(service, bundle, version, name, null, tenants, problems.summary());
        } catch (RuntimeException | LinkageError e) {
            return new Offer(service, bundle, version, name, null, new TreeSet<>(), Quarantine.text(e));
        }
    }

    private static Spec spec(ResourceKind service, Codec codec) {
        @SuppressWarnings("unchecked")
        Map<String, @Nullable Object> schema =
                codec.decode(service.schema().getBytes(StandardCharsets.UTF_8), Map.class);
        return Offers.spec(service, schema);
    }
}
