package org.kochab.spi.controller;

import java.util.List;
import org.kochab.api.model.Node;

/**
 * The platform's nodes, as the schedulers of a tenant partition see them at one moment.
 *
 * @param items in name order
 * @param complete whether the nodes of every resource manager are in sight. If they are not, a node that is not among the items may be there all the
 *     same: nothing may be deleted because it is missing
 */
public record Nodes(List<Node> items, boolean complete) {
    public Nodes {
        items = List.copyOf(items);
    }
}
