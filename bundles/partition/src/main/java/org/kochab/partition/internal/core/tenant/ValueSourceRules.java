package org.kochab.partition.internal.core.tenant;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Container;
import org.kochab.api.model.Container.EnvFromSource;
import org.kochab.api.model.Container.EnvVar;
import org.kochab.api.model.Container.EnvVarSource;
import org.kochab.api.model.Container.KeySelector;
import org.kochab.api.model.Container.SourceReference;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.PodSpec.Volume;

/** How a pod may name config maps, secrets and its own fields. */
final class ValueSourceRules {
    private static final int MOST_MODE = 0777;

    private ValueSourceRules() {}

    /** Of what has variables but takes nothing from elsewhere. */
    static void refuse(List<EnvVar> env, String at, Problems problems) {
        for (int i = 0; i < env.size(); i++) {
            problems.require(
                    env.get(i).valueFrom() == null,
                    at + "[" + i + "].valueFrom",
                    "is for containers only; write value");
        }
    }

    static void check(EnvVar variable, String at, Problems problems) {
        EnvVarSource from = variable.valueFrom();
        if (from == null) {
            return;
        }
        problems.require(
                variable.value() == null || variable.value().isEmpty(), at, "has value and valueFrom; remove one");
        String path = at + ".valueFrom";
        one(
                path,
                "configMapKeyRef, secretKeyRef and fieldRef",
                problems,
                from.configMapKeyRef(),
                from.secretKeyRef(),
                from.fieldRef());
        check(from.configMapKeyRef(), path + ".configMapKeyRef", problems);
        check(from.secretKeyRef(), path + ".secretKeyRef", problems);
        if (from.fieldRef() != null) {
            String field = from.fieldRef().fieldPath();
            problems.require(
                    field != null && PodFields.isKnown(field),
                    path + ".fieldRef.fieldPath",
                    Problems.quoted(String.valueOf(field)) + " is not supported; use " + PodFields.KNOWN);
        }
    }

    private static void check(@Nullable KeySelector ref, String at, Problems problems) {
        if (ref != null) {
            Names.subdomain(ref.name(), at + ".name", problems);
            ValueKeys.check(ref.key(), at + ".key", problems);
        }
    }

    static void check(List<EnvFromSource> sources, String at, Problems problems) {
        for (int i = 0; i < sources.size(); i++) {
            EnvFromSource source = sources.get(i);
            String path = at + "[" + i + "]";
            one(path, "configMapRef and secretRef", problems, source.configMapRef(), source.secretRef());
            check(source.configMapRef(), path + ".configMapRef", problems);
            check(source.secretRef(), path + ".secretRef", problems);
            problems.require(
                    source.prefix() == null || source.prefix().isEmpty() || ContainerRules.isVariable(source.prefix()),
                    path + ".prefix",
                    "is not the beginning of a variable's name");
        }
    }

    private static void check(@Nullable SourceReference ref, String at, Problems problems) {
        if (ref != null) {
            Names.subdomain(ref.name(), at + ".name", problems);
        }
    }

    private static void one(String at, String what, Problems problems, @Nullable Object... sources) {
        int there = 0;
        for (Object source : sources) {
            there += source == null ? 0 : 1;
        }
        problems.require(there == 1, at, "needs exactly one of " + what + ", not " + there);
    }

    static void check(Volume v, String at, Problems problems) {
        one(
                at,
                "emptyDir, hostPath, persistentVolumeClaim, configMap and secret",
                problems,
                v.emptyDir(),
                v.hostPath(),
                v.persistentVolumeClaim(),
                v.configMap(),
                v.secret());
        if (v.configMap() != null) {
            Names.subdomain(v.configMap().name(), at + ".configMap.name", problems);
            check(v.configMap().items(), v.configMap().defaultMode(), at + ".configMap", problems);
        }
        if (v.secret() != null) {
            Names.subdomain(v.secret().secretName(), at + ".secret.secretName", problems);
            check(v.secret().items(), v.secret().defaultMode(), at + ".secret", problems);
        }
    }

    private static void check(
            List<PodSpec.KeyToPath> items, @Nullable Integer defaultMode, String at, Problems problems) {
        mode(defaultMode, at + ".defaultMode", problems);
        Set<String> paths = new HashSet<>();
        for (int i = 0; i < items.size(); i++) {
            PodSpec.KeyToPath item = items.get(i);
            String path = at + ".items[" + i + "]";
            ValueKeys.check(item.key(), path + ".key", problems);
            ValueKeys.checkPath(item.path(), path + ".path", problems);
            mode(item.mode(), path + ".mode", problems);
            if (item.path() != null) {
                problems.require(
                        paths.add(item.path()), path + ".path", Problems.quoted(item.path()) + " is there twice");
            }
        }
    }

    private static void mode(@Nullable Integer mode, String at, Problems problems) {
        problems.require(
                mode == null || mode >= 0 && mode <= MOST_MODE,
                at,
                mode + " is not a mode; use 0 to 0777, in JSON 0 to 511");
    }

    /** Whether a pod takes anything from elsewhere. */
    static boolean isUsed(PodSpec spec) {
        return spec.containers().stream().anyMatch(ValueSourceRules::isUsed)
                || spec.initContainers().stream().anyMatch(ValueSourceRules::isUsed)
                || spec.volumes().stream().anyMatch(v -> v.configMap() != null || v.secret() != null);
    }

    static boolean isUsed(Container c) {
        return !c.envFrom().isEmpty() || c.env().stream().anyMatch(e -> e.valueFrom() != null);
    }
}
