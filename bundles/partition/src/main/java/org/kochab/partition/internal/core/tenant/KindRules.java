package org.kochab.partition.internal.core.tenant;

import java.util.Optional;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Resource;

/** What is particular to a kind. Pure functions; {@code R} is the kind's type. */
interface KindRules<R extends Resource> {
    Kind kind();

    /** With defaults for what the manifest leaves out; the same object if nothing was missing. */
    R complete(R wanted);

    /** Checks spec and name of a completed object. */
    void check(R object, Problems problems);

    /** Checks that only what may change does. */
    void checkChange(R current, R wanted, Problems problems);

    /** {@code wanted} with what is not for its author to say taken from {@code current}: the status, and what the platform filled in. */
    R merge(R current, R wanted);

    /** {@code current} with the other's status. */
    R withStatusOf(R current, R other);

    /** As it begins: the status a new object has. */
    R fresh(R wanted);

    boolean sameSpec(R a, R b);

    /** Value of a field that can be selected by, other than the name; empty if the kind does not have it or it is not set. */
    default Optional<String> field(R object, String path) {
        return Optional.empty();
    }

    /** Whether dependents may name it as their owner, so that deletion needs a finalizer. */
    boolean owner();

    @SuppressWarnings("unchecked")
    default R cast(Resource resource) {
        return (R) kind().type().cast(resource);
    }

    @SuppressWarnings("unchecked")
    default R with(R object, ObjectMeta meta) {
        return (R) object.withMetadata(meta);
    }
}
