package org.kochab.partition.internal.core.tenant;

import java.util.Optional;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Node;

/** Nodes register themselves; people change their labels, annotations, taints and whether they take new pods. */
final class NodeRules implements KindRules<Node> {
    @Override
    public Kind kind() {
        return Kind.NODE;
    }

    @Override
    public Node complete(Node wanted) {
        return wanted;
    }

    @Override
    public void check(Node node, Problems problems) {
        if (node.spec() == null) {
            return;
        }
        for (int i = 0; i < node.spec().taints().size(); i++) {
            Node.Taint t = node.spec().taints().get(i);
            String at = "spec.taints[" + i + "]";
            Names.qualified(t.key(), at + ".key", problems);
            if (t.value() != null) {
                Names.labelValue(t.value(), at + ".value", problems);
            }
            if (t.effect() == null) {
                problems.add(at + ".effect", "is required; use NoSchedule, PreferNoSchedule or NoExecute");
            }
            problems.oneOf(t.effect(), at + ".effect", "NoSchedule", "PreferNoSchedule", "NoExecute");
        }
    }

    @Override
    public void checkChange(Node current, Node wanted, Problems problems) {
        // Labels, annotations and the whole spec may change.
    }

    @Override
    public Node merge(Node current, Node wanted) {
        return new Node(
                current.apiVersion(),
                current.kind(),
                wanted.metadata(),
                wanted.spec() == null ? current.spec() : wanted.spec(),
                current.status());
    }

    @Override
    public Node withStatusOf(Node current, Node other) {
        return current.withStatus(other.status());
    }

    @Override
    public Node fresh(Node wanted) {
        return wanted;
    }

    @Override
    public boolean sameSpec(Node a, Node b) {
        return a.spec() == null ? b.spec() == null : a.spec().equals(b.spec());
    }

    @Override
    public Optional<String> field(Node node, String path) {
        return path.equals("status.phase") && node.status() != null
                ? Optional.ofNullable(node.status().phase())
                : Optional.empty();
    }

    @Override
    public boolean owner() {
        return false;
    }
}
