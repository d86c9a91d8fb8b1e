package org.kochab.gateway.internal.core;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.kochab.api.model.Kind;

/** Kinds by where the API has them, older versions of some among them. */
public record ApiKinds(List<Kind> all) {
    /** What clients of Kubernetes 1.20 ask for; it has the same fields. */
    private static final Kind OLDER_BUDGET = older(Kind.POD_DISRUPTION_BUDGET, "policy/v1beta1");

    /** What every tenant has. */
    public static final ApiKinds BUILT_IN = new ApiKinds(Kind.BUILT_IN);

    public ApiKinds {
        List<Kind> known = new ArrayList<>(all);
        if (known.contains(Kind.POD_DISRUPTION_BUDGET)) {
            known.add(OLDER_BUDGET);
        }
        all = List.copyOf(known);
    }

    private static Kind older(Kind kind, String apiVersion) {
        return new Kind(apiVersion, kind.name(), kind.plural(), kind.shortNames(), kind.scope(), kind.type());
    }

    /** The version in which the platform has objects of the kind. */
    public static Kind kept(Kind served) {
        return served.equals(OLDER_BUDGET) ? Kind.POD_DISRUPTION_BUDGET : served;
    }

    public static String version(Kind kind) {
        return kind.apiVersion().substring(kind.apiVersion().indexOf('/') + 1);
    }

    public static String apiVersion(String group, String version) {
        return group.isEmpty() ? version : group + "/" + version;
    }

    public Optional<Kind> find(String group, String version, String plural) {
        return in(group, version).stream()
                .filter(k -> k.plural().equals(plural))
                .findFirst();
    }

    /** In any version. */
    public Optional<Kind> find(String group, String plural) {
        return all.stream()
                .filter(k -> k.group().equals(group) && k.plural().equals(plural))
                .findFirst();
    }

    public List<Kind> in(String group, String version) {
        String apiVersion = apiVersion(group, version);
        return all.stream().filter(k -> k.apiVersion().equals(apiVersion)).toList();
    }

    /** All versions of groups other than the first, by group, in order. */
    public List<String> groups() {
        return all.stream()
                .map(Kind::group)
                .filter(g -> !g.isEmpty())
                .distinct()
                .sorted()
                .toList();
    }

    public List<String> versions(String group) {
        return new ArrayList<>(all.stream()
                .filter(k -> k.group().equals(group))
                .map(ApiKinds::version)
                .distinct()
                .toList());
    }

    /** Whether objects of the kind say how many there are to be. */
    public static boolean isScalable(Kind kind) {
        return component(kind.type(), "spec")
                .flatMap(spec -> component(spec.getType(), "replicas"))
                .isPresent();
    }

    public static boolean hasStatus(Kind kind) {
        return kind.isCustom()
                ? kind.definition() != null && kind.definition().hasStatus()
                : component(kind.type(), "status").isPresent();
    }

    private static Optional<RecordComponent> component(Class<?> type, String name) {
        return type.isRecord()
                ? Arrays.stream(type.getRecordComponents())
                        .filter(c -> c.getName().equals(name))
                        .findFirst()
                : Optional.empty();
    }
}
