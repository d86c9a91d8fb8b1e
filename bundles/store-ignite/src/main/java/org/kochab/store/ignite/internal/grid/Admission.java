package org.kochab.store.ignite.internal.grid;

import java.io.Serializable;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.internal.GridKernalContext;
import org.apache.ignite.internal.IgniteEx;
import org.apache.ignite.plugin.PluginContext;
import org.apache.ignite.plugin.PluginValidationException;
import org.jspecify.annotations.Nullable;
import org.kochab.store.ignite.internal.core.Copy;
import org.kochab.store.ignite.internal.core.Meeting;
import org.kochab.store.ignite.internal.core.Roll;

/**
 * Says of this member what copy it brings, and keeps out of a running cluster whoever brings one that may differ from what the cluster has
 * gone on with. That member is told to copy anew once a majority has complete copies without it, and to wait until then. An Ignite plug-in,
 * because Ignite asks those before a member is let in.
 */
final class Admission extends SilentPlugin {
    private static final String COPY = "kochab.copy";
    private static final String ROLL = "kochab.roll";
    private static final String ANEW = "Kochab: copy anew";
    private static final String LATER = "Kochab: come back later";

    private final DataDirectory directory;
    private final Copy copy;
    private final int quorum;
    private final Consumer<String> failed;
    private volatile int complete;
    private @Nullable GridKernalContext context;
    private @Nullable RollCall rollCall;

    Admission(DataDirectory directory, Copy copy, int quorum, Consumer<String> failed) {
        this.directory = directory;
        this.copy = copy;
        this.quorum = quorum;
        this.failed = failed;
    }

    /** What the others are to know of this member. */
    Map<String, String> attributes() {
        return Map.of(COPY, copy.name(), ROLL, directory.roll().encode());
    }

    static Meeting.Present present(ClusterNode node) {
        String copy = node.attribute(COPY);
        String roll = node.attribute(ROLL);
        return new Meeting.Present(
                node.consistentId().toString(),
                copy == null ? Copy.WHOLE : Copy.valueOf(copy),
                roll == null ? Roll.NONE : Roll.decode(roll));
    }

    /** How many members of the running cluster have complete copies; looked up by somebody else, because this one must not wait. */
    void complete(int members) {
        complete = members;
    }

    boolean tookPart() {
        return rollCall != null && rollCall.tookPart();
    }

    /** Whether that is why a member could not join: its copy is to be given up. */
    static boolean saysCopyAnew(Throwable thrown) {
        return says(thrown, ANEW);
    }

    static boolean saysLater(Throwable thrown) {
        return says(thrown, LATER);
    }

    /** Whether it could not join because this member knows of more than who was there first; that one notices it and gives way. */
    static boolean saysNewer(Throwable thrown) {
        return says(thrown, "BaselineTopology of joining node");
    }

    private static boolean says(@Nullable Throwable thrown, String what) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (t.getMessage() != null && t.getMessage().contains(what)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void validateNewNode(ClusterNode node, @Nullable Serializable data) {
        GridKernalContext here = context;
        if (here == null
                || node.isClient()
                || !here.state().clusterState().state().active()
                || present(node).copy().joinsActive()) {
            return;
        }
        String why = complete >= quorum
                ? ANEW + ": " + complete + " members have gone on with complete copies"
                : LATER + ": " + complete + " of " + quorum + " needed members have complete copies";
        throw new PluginValidationException("member " + node.consistentId() + " is not let in. " + why, why, node.id());
    }

    @Override
    public void start(PluginContext plugin) {
        GridKernalContext kernal = ((IgniteEx) plugin.grid()).context();
        context = kernal;
        RollCall calls = new RollCall(kernal, directory, quorum, failed);
        rollCall = calls;
        kernal.cache().context().exchange().registerExchangeAwareComponent(calls);
    }
}
