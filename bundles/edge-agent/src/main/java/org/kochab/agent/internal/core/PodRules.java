package org.kochab.agent.internal.core;

import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.kochab.api.link.PodDocument;
import org.kochab.api.model.Container;
import org.kochab.api.model.PodSpec;

/** What a node checks itself: names that become file names, and references within a pod. */
final class PodRules {
    private static final Pattern UID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,63}");
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    private PodRules() {}

    static boolean uid(String uid) {
        return uid != null && UID.matcher(uid).matches();
    }

    /** @return one sentence if the pod cannot be run */
    static Optional<String> fault(PodDocument document) {
        PodSpec spec = document.spec();
        if (spec.tasks().isEmpty()) {
            return Optional.of("spec.containers is empty: name at least one, or a virtualMachine or a function");
        }
        boolean containers =
                !spec.containers().isEmpty() || !spec.initContainers().isEmpty();
        if (spec.virtualMachine() != null && (containers || spec.function() != null)) {
            return Optional.of("spec.virtualMachine cannot be in one pod with containers or a function: make two pods");
        }
        if (spec.function() != null && containers) {
            return Optional.of("spec.function cannot be in one pod with containers: make two pods");
        }
        SortedSet<String> volumes = new TreeSet<>();
        for (PodSpec.Volume volume : spec.volumes()) {
            if (volume.name() == null || !NAME.matcher(volume.name()).matches() || !volumes.add(volume.name())) {
                return Optional.of("spec.volumes: '" + volume.name() + "' is not a name, or is there twice");
            }
        }
        SortedSet<String> names = new TreeSet<>();
        for (Container c : Stream.concat(spec.initContainers().stream(), spec.tasks().stream())
                .toList()) {
            if (c.name() == null || !NAME.matcher(c.name()).matches() || !names.add(c.name())) {
                return Optional.of("spec.containers: '" + c.name() + "' is not a name, or is there twice");
            }
            if (c.env().stream().anyMatch(variable -> variable.name() == null)) {
                return Optional.of("container " + c.name() + " has a variable in env without a name: give it one");
            }
            for (Container.VolumeMount mount : c.volumeMounts()) {
                if (mount.mountPath() == null) {
                    return Optional.of(
                            "container " + c.name() + " has a mount without mountPath: say where it is to be");
                }
                if (mount.name() == null || !volumes.contains(mount.name())) {
                    return Optional.of("container " + c.name() + " mounts '" + mount.name()
                            + "', which is not among spec.volumes: add the volume or remove the mount");
                }
            }
            Optional<String> resources = fault(c);
            if (resources.isPresent()) {
                return resources;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> fault(Container c) {
        if (c.resources() == null) {
            return Optional.empty();
        }
        return Stream.of(c.resources().limits(), c.resources().requests())
                .flatMap(amounts -> amounts.entrySet().stream())
                .filter(a -> DeviceBook.isExtended(a.getKey())
                        && DeviceBook.pieces(a.getValue()).isEmpty())
                .findFirst()
                .map(a -> "container " + c.name() + ": resources: '" + a.getValue() + "' of " + a.getKey()
                        + " is not a whole number");
    }
}
