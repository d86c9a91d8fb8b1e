package org.kochab.partition.internal.core.tenant;

import java.util.Optional;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Namespace;

final class NamespaceRules implements KindRules<Namespace> {
    static final Namespace.Status ACTIVE = new Namespace.Status("Active");
    static final Namespace.Status TERMINATING = new Namespace.Status("Terminating");

    @Override
    public Kind kind() {
        return Kind.NAMESPACE;
    }

    @Override
    public Namespace complete(Namespace wanted) {
        return wanted;
    }

    @Override
    public void check(Namespace object, Problems problems) {
        // Nothing beyond its metadata.
    }

    @Override
    public void checkChange(Namespace current, Namespace wanted, Problems problems) {
        // Only metadata can change.
    }

    @Override
    public Namespace merge(Namespace current, Namespace wanted) {
        return new Namespace(current.apiVersion(), current.kind(), wanted.metadata(), current.status());
    }

    @Override
    public Namespace withStatusOf(Namespace current, Namespace other) {
        return new Namespace(current.apiVersion(), current.kind(), current.metadata(), other.status());
    }

    @Override
    public Namespace fresh(Namespace wanted) {
        return new Namespace(wanted.apiVersion(), wanted.kind(), wanted.metadata(), ACTIVE);
    }

    @Override
    public boolean sameSpec(Namespace a, Namespace b) {
        return true;
    }

    @Override
    public Optional<String> field(Namespace object, String path) {
        return path.equals("status.phase") && object.status() != null
                ? Optional.ofNullable(object.status().phase())
                : Optional.empty();
    }

    @Override
    public boolean owner() {
        return false;
    }
}
