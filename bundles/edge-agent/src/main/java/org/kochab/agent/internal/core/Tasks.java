package org.kochab.agent.internal.core;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.kochab.api.link.PodDocument;
import org.kochab.api.model.Container;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.Quantity;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.TaskSpec;

/** What a driver is told to run. */
public final class Tasks {
    private Tasks() {}

    /** @throws RuntimeFailure if a field cannot be understood */
    public static TaskSpec of(
            PodDocument pod,
            Container container,
            int attempt,
            List<TaskSpec.Mount> mounts,
            Path directory,
            GivenDevices devices) {
        Map<String, String> environment = environment(container, devices.environment());
        return new TaskSpec(
                pod.uid(),
                pod.tenant(),
                pod.namespace(),
                pod.name(),
                attempt,
                resolved(container, pod.spec().securityContext(), environment),
                environment,
                Stream.concat(mounts.stream(), devices.mounts().stream()).toList(),
                directory,
                limit(container, "memory", false),
                limit(container, "cpu", true),
                Boolean.TRUE.equals(pod.spec().hostNetwork()),
                pod.spec().hostname() == null ? pod.name() : pod.spec().hostname(),
                pod.spec().tasks().stream().flatMap(c -> c.ports().stream()).toList(),
                pod.spec().virtualMachine(),
                pod.spec().function(),
                devices.devices());
    }

    /** The container's own variables count before those of devices, and can refer to them. */
    private static Map<String, String> environment(Container container, Map<String, String> ofDevices) {
        Map<String, String> environment = new TreeMap<>(ofDevices);
        for (Container.EnvVar variable : container.env()) {
            environment.put(variable.name(), expand(variable.value() == null ? "" : variable.value(), environment));
        }
        return environment;
    }

    private static Container resolved(
            Container c, PodSpec.@Nullable PodSecurityContext pod, Map<String, String> environment) {
        return c.toBuilder()
                .command(c.command().stream().map(s -> expand(s, environment)).toList())
                .args(c.args().stream().map(s -> expand(s, environment)).toList())
                .securityContext(security(c.securityContext(), pod))
                .build();
    }

    /** A container's own settings count before its pod's. */
    private static Container.@Nullable SecurityContext security(
            Container.@Nullable SecurityContext own, PodSpec.@Nullable PodSecurityContext pod) {
        if (pod == null) {
            return own;
        }
        if (own == null) {
            return new Container.SecurityContext(
                    pod.runAsUser(), pod.runAsGroup(), pod.runAsNonRoot(), null, null, null);
        }
        return new Container.SecurityContext(
                own.runAsUser() == null ? pod.runAsUser() : own.runAsUser(),
                own.runAsGroup() == null ? pod.runAsGroup() : own.runAsGroup(),
                own.runAsNonRoot() == null ? pod.runAsNonRoot() : own.runAsNonRoot(),
                own.readOnlyRootFilesystem(),
                own.allowPrivilegeEscalation(),
                own.privileged());
    }

    private static @Nullable Long limit(Container container, String name, boolean milli) {
        if (container.resources() == null) {
            return null;
        }
        String text = container.resources().limits().get(name);
        if (text == null) {
            return null;
        }
        try {
            Quantity quantity = Quantity.parse(text);
            return milli ? quantity.milli() : quantity.units();
        } catch (IllegalArgumentException e) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.INVALID, "resources.limits." + name + ": " + e.getMessage(), e);
        }
    }

    /** {@code $(NAME)} becomes the variable's value if there is one; {@code $$} becomes {@code $}. */
    static String expand(String text, Map<String, String> environment) {
        List<String> out = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int close = text.startsWith("$(", at) ? text.indexOf(')', at) : -1;
            if (close > 0 && environment.containsKey(text.substring(at + 2, close))) {
                out.add(environment.get(text.substring(at + 2, close)));
                at = close + 1;
            } else if (text.startsWith("$$", at)) {
                out.add("$");
                at += 2;
            } else {
                out.add(text.substring(at, at + 1));
                at++;
            }
        }
        return String.join("", out);
    }
}
