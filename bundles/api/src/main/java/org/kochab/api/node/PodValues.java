package org.kochab.api.node;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.kochab.api.link.PodDocument.VolumeFile;
import org.kochab.api.model.Container;
import org.kochab.api.model.Container.EnvVar;
import org.kochab.api.model.PodSpec;

/**
 * What a pod takes from config maps and secrets, as it was when the pod got its node. A {@link Claim} holds it sealed, as JSON.
 *
 * @param env all variables of a container, in the order in which they are set, by the container's name; a container that is not there has those of its spec
 * @param files of volumes, by the volume's name
 */
public record PodValues(Map<String, List<EnvVar>> env, Map<String, List<VolumeFile>> files) {
    public static final PodValues NONE = new PodValues(Collections.emptyMap(), Collections.emptyMap());

    public PodValues {
        env = Collections.unmodifiableSortedMap(new TreeMap<>(env == null ? Map.of() : env));
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files == null ? Map.of() : files));
    }

    /** The spec with plain variables, as a node is told it. */
    public PodSpec into(PodSpec spec) {
        return env.isEmpty()
                ? spec
                : spec.toBuilder()
                        .containers(into(spec.containers()))
                        .initContainers(into(spec.initContainers()))
                        .build();
    }

    private List<Container> into(List<Container> containers) {
        return containers.stream()
                .map(c -> env.containsKey(c.name())
                        ? c.toBuilder()
                                .env(env.get(c.name()))
                                .envFrom(List.of())
                                .build()
                        : c)
                .toList();
    }

    /** Leaves the values out. */
    @Override
    public String toString() {
        return "PodValues[" + env.keySet() + ", " + files.keySet() + "]";
    }
}
