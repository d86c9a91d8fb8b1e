package org.kochab.api.plugin;

import java.util.List;
import org.kochab.api.resource.ResourceException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Installs what vendors ship, on this member and no other: a jar with one bundle, or a KAR. A file is looked at as a whole before the framework
 * gets any of it, and what does not prove well is taken out again. No other bundle is stopped or refreshed. What was installed is there
 * again after a restart.
 *
 * <p>Safe for any thread. {@link #list} and {@link #get} do not wait. The others block until it is done; one at a time, a second one fails
 * with {@code CONFLICT}. They fail with {@link ResourceException}, whose message says what to do:
 *
 * <ul>
 *   <li>{@code INVALID}: the file was refused and nothing was touched. A sentence for each reason
 *   <li>{@code UNAVAILABLE}: it was not well in time and was taken out again, and the former version is back if there was one
 *   <li>{@code UNKNOWN}: it was not well, and not all of it could be taken out
 * </ul>
 */
@ProviderType
public interface PluginPackages {
    /** All that are installed, by name. */
    List<PluginPackage> list();

    /** {@code NOT_FOUND} if there is none of that name. */
    PluginPackage get(String name);

    /** Installs one. {@code ALREADY_EXISTS} if there is one of its name; one that is {@link PluginPackage.State#MISSING} is replaced. */
    PluginPackage install(PluginRequest request);

    /**
     * Puts another version in the place of one that is there. The former one is stopped, and comes back if the new one is not well in time; it
     * is taken away when the new one is.
     *
     * @param name of the one that is there and of the one in the file; {@code NOT_FOUND} if there is none
     */
    PluginPackage update(String name, PluginRequest request);

    /**
     * Takes one out. {@code NOT_FOUND} if there is none of that name, {@code CONFLICT} while a partition names a service of it or another bundle
     * uses a package of it.
     */
    void remove(String name);
}
