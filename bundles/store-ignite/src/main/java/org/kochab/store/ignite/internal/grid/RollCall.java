package org.kochab.store.ignite.internal.grid;

import java.util.List;
import java.util.function.Consumer;
import org.apache.ignite.events.DiscoveryEvent;
import org.apache.ignite.internal.GridKernalContext;
import org.apache.ignite.internal.processors.cache.distributed.dht.preloader.GridDhtPartitionsExchangeFuture;
import org.apache.ignite.internal.processors.cache.distributed.dht.preloader.PartitionsExchangeAware;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.store.StoreException;
import org.kochab.store.ignite.internal.core.Roll;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes each roll of members to the disk, and that this member has to copy, before a transaction can begin among these members: Ignite
 * calls it when it has agreed on a membership and still holds all transactions back.
 */
final class RollCall implements PartitionsExchangeAware {
    private static final Logger LOG = LoggerFactory.getLogger(RollCall.class);

    private final GridKernalContext context;
    private final DataDirectory directory;
    private final int quorum;
    private final Copies copies;
    private final Consumer<String> failed;
    private volatile boolean tookPart;

    /** @param failed told if the disk does not take it: this member must not go on */
    RollCall(GridKernalContext context, DataDirectory directory, int quorum, Consumer<String> failed) {
        this.context = context;
        this.directory = directory;
        this.quorum = quorum;
        this.copies = new Copies(context);
        this.failed = failed;
    }

    /** Whether anything can have been written here since the start. */
    boolean tookPart() {
        return tookPart;
    }

    @Override
    public void onDoneBeforeTopologyUnlock(GridDhtPartitionsExchangeFuture membership, @Nullable Throwable error) {
        if (error != null
                || !membership.events().discoveryCache().state().state().active()) {
            return;
        }
        tookPart = true;
        DiscoveryEvent last = membership.events().lastEvent();
        List<String> members = last.topologyNodes().stream()
                .filter(node -> !node.isClient())
                .map(node -> node.consistentId().toString())
                .sorted()
                .toList();
        if (members.size() < quorum) {
            return;
        }
        try {
            if (copies.missingHere() > 0) {
                directory.markCopying();
            }
            Roll roll = new Roll(context.discovery().gridStartTime(), last.topologyVersion(), members);
            if (!roll.equals(directory.roll())) {
                directory.write(roll);
            }
        } catch (StoreException e) {
            LOG.warn("The members {} could not be written down", members, e);
            failed.accept(e.getMessage());
        }
    }
}
