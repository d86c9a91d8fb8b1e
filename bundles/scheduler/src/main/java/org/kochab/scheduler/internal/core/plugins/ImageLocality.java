package org.kochab.scheduler.internal.core.plugins;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.kochab.api.model.Container;
import org.kochab.spi.scheduler.GroupScorer;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementScorer;

/** The share of the pod's images that a node has already. Silent if no node has any of them. */
public final class ImageLocality implements PlacementScorer {
    @Override
    public String name() {
        return "image-locality";
    }

    @Override
    public Optional<GroupScorer> begin(PlacementContext context) {
        TreeSet<String> images = new TreeSet<>();
        for (Container container : context.group().spec().tasks()) {
            if (container.image() != null && !container.image().isEmpty()) {
                images.add(container.image());
            }
        }
        List<BitSet> places = new ArrayList<>();
        for (String image : images) {
            BitSet nodes = context.view().withImage(image);
            if (!nodes.isEmpty()) {
                places.add(nodes);
            }
        }
        if (places.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Parts(places, Collections.nCopies(places.size(), 100.0 / images.size())));
    }
}
