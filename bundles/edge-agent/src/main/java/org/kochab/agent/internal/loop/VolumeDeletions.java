package org.kochab.agent.internal.loop;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.RejectedExecutionException;
import org.kochab.agent.internal.core.Reconciler;
import org.kochab.agent.internal.node.Provisioners;
import org.kochab.api.link.Command;
import org.kochab.spi.volume.VolumeId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes persistent volumes when it is told to, which is the only thing that does. The same again, which comes when an answer was lost, finds nothing and says so. Called on the loop's thread; deletions run on
 * their own.
 */
final class VolumeDeletions {
    private static final Logger LOG = LoggerFactory.getLogger(VolumeDeletions.class);

    private final Reconciler core;
    private final Provisioners provisioners;
    private final Replies replies;
    private final EventLoop loop;
    private final Pools pools;
    private final Set<String> running = new TreeSet<>();

    VolumeDeletions(Reconciler core, Provisioners provisioners, Replies replies, EventLoop loop, Pools pools) {
        this.core = core;
        this.provisioners = provisioners;
        this.replies = replies;
        this.loop = loop;
        this.pools = pools;
    }

    void take(String correlation, Command command) {
        if (running.contains(correlation)) {
            return;
        }
        if (command.command().size() != 3) {
            replies.send(correlation, Replies.failure("the command needs a tenant, a volume and a provisioner"));
            return;
        }
        VolumeId id;
        try {
            id = new VolumeId(command.command().get(0), command.command().get(1));
        } catch (IllegalArgumentException e) {
            replies.send(correlation, Replies.failure(String.valueOf(e.getMessage())));
            return;
        }
        Optional<String> user = core.userOf(id.tenant(), id.uid());
        if (user.isPresent() || !core.missingSpecs().isEmpty()) {
            String why = user.map(pod -> "pod " + pod + " has the volume")
                    .orElse("it is not known yet which volumes some of the node's pods have");
            replies.send(correlation, Replies.failure(why));
            return;
        }
        String provisioner = command.command().get(2);
        try {
            pools.commands.execute(() -> delete(correlation, provisioner, id));
            running.add(correlation);
        } catch (RejectedExecutionException e) {
            replies.send(correlation, Replies.failure("the node does too many commands at once"));
        }
    }

    private void delete(String correlation, String provisioner, VolumeId id) {
        var reply = Replies.failure("");
        try {
            reply = Replies.end(0, provisioners.delete(provisioner, id));
        } catch (RuntimeException e) {
            LOG.warn("Volume {} of {} is not deleted", id, provisioner, e);
            reply = Replies.failure(String.valueOf(e.getMessage()));
        }
        var answer = reply;
        loop.post(() -> {
            running.remove(correlation);
            replies.send(correlation, answer);
        });
    }
}
