package org.kochab.api.plugin;

import java.util.List;
import org.kochab.api.resource.ResourceException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Installs what vendors ship: a jar with one bundle, or a KAR. A file is looked at as a whole before the framework gets any of it, and what does
 * not prove well is taken out again. No other bundle is stopped or refreshed. What was installed is there again after a restart.
 *
 * <p>It is done on all members that are seen, one after the other, this one first. The first one where it is refused or not well ends it, and it
 * is taken back on those before. A member that is away has what it had; the same file again brings it to all that lack it, and changes
 * nothing on the others.
 *
 * <p>Safe for any thread. {@link #list} and {@link #get} are about this member and do not wait. The others block until it is done; one
 * at a time on each member, a second one fails with {@code CONFLICT}. They fail with {@link ResourceException}, whose message says what to
 * do, and where, if there are several members:
 *
 * <ul>
 *   <li>{@code INVALID}: the file was refused. A sentence for each reason
 *   <li>{@code UNAVAILABLE}: it was not well in time, or a member did not answer; everything is as it was
 *   <li>{@code UNKNOWN}: not all could be taken back
 * </ul>
 */
@ProviderType
public interface PluginPackages {
    /** All that are installed here, by name. */
    List<PluginPackage> list();

    /** As it is here; {@code NOT_FOUND} if there is none of that name. */
    PluginPackage get(String name);

    /**
     * Installs one. {@code ALREADY_EXISTS} if there is one of its name in another version, or everybody has it; one that is
     * {@link PluginPackage.State#MISSING} is replaced.
     */
    PluginRollout install(PluginRequest request);

    /**
     * Puts another version in the place of one that is there. The former one is stopped, and comes back if the new one is not well in time; it
     * is taken away when the new one is well on all members.
     *
     * @param name of the one that is there and of the one in the file; {@code NOT_FOUND} if there is none here
     */
    PluginRollout update(String name, PluginRequest request);

    /**
     * Takes one out, on all members. {@code NOT_FOUND} if there is none of that name here, {@code CONFLICT} while a partition names a service
     * of it or another bundle uses a package of it, {@code UNKNOWN} if it is left on a member.
     */
    void remove(String name);
}
