package org.kochab.api.resource;

import java.util.List;

/**
 * Finalizers the platform itself sets. {@link ResourceService#delete} of anything but a pod marks the object with a deletion timestamp and:
 * adds {@link #DEPENDENTS} (or {@link #ORPHAN} if asked) if objects name it as owner, {@link #CONTENTS} if it is a namespace, a tenant or the definition of a kind,
 * {@link #CLAIM_PROTECTION} or {@link #VOLUME_PROTECTION} if it is a claim or a volume; an object that then has no finalizer is removed at once. A marked object is removed by the update that takes its last finalizer away (a pod
 * in addition only once it has ended). Nothing can be created in a marked namespace or tenant.
 */
public final class Finalizers {
    /** Until all objects that name it as owner are gone; the garbage collector deletes them. */
    public static final String DEPENDENTS = "foregroundDeletion";

    /** Until no object names it as owner; the garbage collector removes their owner references. */
    public static final String ORPHAN = "orphan";

    /** Until everything in it is gone; the controllers of namespaces, tenants and definitions delete that. */
    public static final String CONTENTS = "kochab.org/contents";

    /** Until no pod uses the claim. */
    public static final String CLAIM_PROTECTION = "kubernetes.io/pvc-protection";

    /** Until no claim has the volume and, if its policy says so, its node has deleted its data. */
    public static final String VOLUME_PROTECTION = "kubernetes.io/pv-protection";

    /** Those that only the platform may add or remove. */
    public static final List<String> OF_THE_PLATFORM =
            List.of(DEPENDENTS, ORPHAN, CONTENTS, CLAIM_PROTECTION, VOLUME_PROTECTION);

    private Finalizers() {}
}
