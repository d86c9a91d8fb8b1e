package org.kochab.partition.internal.core.tenant;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.PersistentVolumeClaim;
import org.kochab.api.model.PersistentVolumeClaim.Spec;

final class PersistentVolumeClaimRules implements KindRules<PersistentVolumeClaim> {
    private static final PersistentVolumeClaim.Status PENDING =
            new PersistentVolumeClaim.Status(PersistentVolumeClaim.PENDING, List.of(), Collections.emptyMap());

    @Override
    public Kind kind() {
        return Kind.PERSISTENT_VOLUME_CLAIM;
    }

    @Override
    public PersistentVolumeClaim complete(PersistentVolumeClaim wanted) {
        return wanted;
    }

    @Override
    public void check(PersistentVolumeClaim claim, Problems problems) {
        check(claim.spec(), "spec", problems);
    }

    static void check(@Nullable Spec spec, String at, Problems problems) {
        if (spec == null) {
            problems.add(at, "is required");
            return;
        }
        VolumeFields.modes(spec.accessModes(), at + ".accessModes", problems);
        VolumeFields.volumeMode(spec.volumeMode(), at + ".volumeMode", problems);
        VolumeFields.storage(
                spec.resources() == null
                        ? Collections.emptyMap()
                        : spec.resources().requests(),
                at + ".resources.requests",
                problems);
        if (spec.storageClassName() != null && !spec.storageClassName().isEmpty()) {
            Names.subdomain(spec.storageClassName(), at + ".storageClassName", problems);
        }
        if (spec.volumeName() != null) {
            Names.subdomain(spec.volumeName(), at + ".volumeName", problems);
        }
    }

    @Override
    public void checkChange(PersistentVolumeClaim current, PersistentVolumeClaim wanted, Problems problems) {
        Spec was = current.spec();
        Spec is = wanted.spec();
        if (was == null || is == null) {
            return;
        }
        once(was.storageClassName(), is.storageClassName(), "spec.storageClassName", problems);
        once(was.volumeName(), is.volumeName(), "spec.volumeName", problems);
        problems.require(
                was.accessModes().equals(is.accessModes())
                        && Objects.equals(was.resources(), is.resources())
                        && Objects.equals(was.volumeMode(), is.volumeMode()),
                "spec",
                "of a claim cannot be changed; make another claim");
    }

    private static void once(@Nullable String was, @Nullable String is, String at, Problems problems) {
        problems.require(
                was == null || was.equals(is), at, "is given already and cannot be changed; make another claim");
    }

    @Override
    public PersistentVolumeClaim merge(PersistentVolumeClaim current, PersistentVolumeClaim wanted) {
        Spec was = current.spec();
        Spec is = wanted.spec();
        if (was != null && is != null) {
            // A manifest that names no volume does not take back the platform's choice.
            is = new Spec(
                    is.accessModes(),
                    is.resources(),
                    is.storageClassName() == null ? was.storageClassName() : is.storageClassName(),
                    is.volumeMode(),
                    is.volumeName() == null ? was.volumeName() : is.volumeName());
        }
        return new PersistentVolumeClaim(current.apiVersion(), current.kind(), wanted.metadata(), is, current.status());
    }

    @Override
    public PersistentVolumeClaim withStatusOf(PersistentVolumeClaim current, PersistentVolumeClaim other) {
        return current.withStatus(other.status());
    }

    @Override
    public PersistentVolumeClaim fresh(PersistentVolumeClaim wanted) {
        return wanted.withStatus(PENDING);
    }

    @Override
    public boolean sameSpec(PersistentVolumeClaim a, PersistentVolumeClaim b) {
        return Objects.equals(a.spec(), b.spec());
    }

    @Override
    public boolean owner() {
        return false;
    }
}
