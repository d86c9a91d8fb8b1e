package org.kochab.shell.internal.command;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.kochab.api.model.Annotations;
import org.kochab.api.model.Container;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ReplicaSet;
import org.kochab.api.resource.Query;

/**
 * A template that a deployment had.
 *
 * @param pods how many it has now
 */
public record Revision(long revision, String replicaSet, int pods, String images, String changeCause) {
    /** All of a deployment, oldest first. */
    static List<Revision> of(ResourceCommand command, Deployment deployment) {
        return command
                .list(
                        command.scope().tenant(),
                        Kind.REPLICA_SET,
                        Query.namespace(command.scope().namespace()),
                        10_000)
                .items()
                .stream()
                .map(ReplicaSet.class::cast)
                .filter(s -> s.metadata().ownerReferences().stream()
                        .anyMatch(o -> o.uid().equals(deployment.metadata().uid())))
                .map(Revision::of)
                .sorted(Comparator.comparingLong(Revision::revision))
                .toList();
    }

    private static Revision of(ReplicaSet set) {
        Map<String, String> notes = set.metadata().annotations();
        String number = notes.getOrDefault(Annotations.REVISION, "0");
        List<String> images = set.spec() == null || set.spec().template() == null
                ? List.of()
                : set.spec().template().spec().tasks().stream()
                        .map(Container::image)
                        .filter(java.util.Objects::nonNull)
                        .toList();
        return new Revision(
                number.matches("[0-9]{1,18}") ? Long.parseLong(number) : 0,
                String.valueOf(set.metadata().name()),
                set.status() == null ? 0 : set.status().replicas(),
                String.join(",", images),
                notes.getOrDefault(Annotations.CHANGE_CAUSE, ""));
    }
}
