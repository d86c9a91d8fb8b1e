package org.kochab.api.update;

import java.util.List;
import org.kochab.api.resource.ResourceException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Updates of nodes' agents. All of it is in the directory: every member answers alike; the member that leads the directory does the work. A node is
 * updated by the oldest update that is not final and selects it. What counts is what nodes say in their births: the version that runs, or that it was
 * rolled back; a node that is away is pending and nothing else. Safe for any thread. All methods ask the directory and, but for the changing ones, the
 * resource managers, and block for that, at most 30 seconds each; they fail with {@link ResourceException}, whose message says what to do.
 */
@ProviderType
public interface AgentUpdates {
    /**
     * Begins an update. The oldest final ones are forgotten once there are more than 100.
     *
     * @return its id; {@code ALREADY_EXISTS} if there is one of that name that is not final, {@code INVALID} if no node is selected
     */
    String create(UpdateSpec spec);

    /** All of them, the oldest first, without {@link UpdateStatus#nodes}. */
    List<UpdateStatus> list();

    /** {@code NOT_FOUND} if there is none of that name. */
    UpdateStatus get(String name);

    /** Begins with no further node. Does nothing if it is paused; {@code CONFLICT} if it is final. */
    void pause(String name);

    /** Goes on. Does nothing if it is not paused; {@code CONFLICT} if it is final. */
    void resume(String name);

    /** Ends it; nodes keep what they have. Does nothing if it is final. */
    void abort(String name);
}
