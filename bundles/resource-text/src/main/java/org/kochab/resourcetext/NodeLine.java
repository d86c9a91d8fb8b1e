package org.kochab.resourcetext;

import java.util.ArrayList;
import java.util.List;
import org.kochab.api.model.Node;

/** A node's cells. */
public final class NodeLine {
    private NodeLine() {}

    /** {@code Ready}, {@code NotReady} or {@code Lost}, and whether it is cordoned. */
    public static String status(Node n) {
        String phase = n.status() == null
                ? "Unknown"
                : ResourceTables.orNone(n.status().phase());
        boolean cordoned = n.spec() != null && Boolean.TRUE.equals(n.spec().unschedulable());
        return cordoned ? phase + ",SchedulingDisabled" : phase;
    }

    /** Kinds that have proven themselves; those that have not are in brackets. */
    public static String runtimes(Node n) {
        if (n.status() == null) {
            return "<none>";
        }
        List<String> kinds = new ArrayList<>();
        for (Node.Runtime r : n.status().runtimes()) {
            kinds.add(r.ok() ? r.kind() : "(" + r.kind() + ")");
        }
        return ResourceTables.orNone(String.join(",", kinds));
    }

    public static String allocatable(Node n, String resource) {
        return n.status() == null
                ? "<none>"
                : ResourceTables.orNone(n.status().allocatable().get(resource));
    }

    public static String version(Node n) {
        return n.status() == null || n.status().nodeInfo() == null
                ? "<none>"
                : ResourceTables.orNone(n.status().nodeInfo().agentVersion());
    }

    public static String osImage(Node n) {
        return n.status() == null || n.status().nodeInfo() == null
                ? "<none>"
                : ResourceTables.orNone(n.status().nodeInfo().osImage());
    }

    public static String kernel(Node n) {
        return n.status() == null || n.status().nodeInfo() == null
                ? "<none>"
                : ResourceTables.orNone(n.status().nodeInfo().kernelVersion());
    }

    public static String address(Node n) {
        return n.status() == null || n.status().addresses().isEmpty()
                ? "<none>"
                : n.status().addresses().get(0).address();
    }

    public static String taints(Node n) {
        if (n.spec() == null) {
            return "<none>";
        }
        List<String> taints = new ArrayList<>();
        for (Node.Taint t : n.spec().taints()) {
            taints.add(t.key() + (t.value() == null ? "" : "=" + t.value()) + ":" + t.effect());
        }
        return ResourceTables.orNone(String.join(",", taints));
    }
}
