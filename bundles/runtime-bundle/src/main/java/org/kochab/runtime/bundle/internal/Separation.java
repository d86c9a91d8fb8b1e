package org.kochab.runtime.bundle.internal;

import java.util.Collection;
import org.kochab.agenttasks.Ledger;
import org.kochab.spi.runtime.TaskHandle;
import org.osgi.framework.Bundle;
import org.osgi.framework.hooks.bundle.CollisionHook;
import org.osgi.framework.hooks.resolver.ResolverHook;
import org.osgi.framework.hooks.resolver.ResolverHookFactory;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;

/**
 * Keeps tasks' bundles from others: what one exports is seen by bundles of the same pod only, and one jar may run several times. Called by the
 * framework, on any thread.
 */
final class Separation implements CollisionHook, ResolverHookFactory, ResolverHook {
    private static final String SCHEME = "kochab-task:";

    /** Where a task's bundle is said to be from: by that it is known again, whoever installed it. */
    static String location(TaskHandle handle) {
        return SCHEME + Ledger.name(handle);
    }

    static boolean isTask(Bundle bundle) {
        return bundle.getLocation().startsWith(SCHEME);
    }

    /** @return the same for bundles of one pod, and only for them */
    static String pod(Bundle bundle) {
        String location = bundle.getLocation();
        return isTask(bundle) ? location.substring(0, location.indexOf('_')) : "";
    }

    /** With {@code org.osgi.framework.bsnversion=managed}, the default, this is what makes the same bundle possible twice. */
    @Override
    public void filterCollisions(int operationType, Bundle target, Collection<Bundle> collisionCandidates) {
        if (operationType == INSTALLING) {
            collisionCandidates.removeIf(Separation::isTask);
        }
    }

    @Override
    public ResolverHook begin(Collection<BundleRevision> triggers) {
        return this;
    }

    @Override
    public void filterResolvable(Collection<BundleRevision> candidates) {
        // All may be resolved.
    }

    @Override
    public void filterSingletonCollisions(BundleCapability singleton, Collection<BundleCapability> collisions) {
        collisions.removeIf(c -> isTask(bundle(c)) || isTask(bundle(singleton)));
    }

    @Override
    public void filterMatches(BundleRequirement requirement, Collection<BundleCapability> candidates) {
        String asks = pod(requirement.getRevision().getBundle());
        candidates.removeIf(c -> isTask(bundle(c)) && !pod(bundle(c)).equals(asks));
    }

    private static Bundle bundle(BundleCapability capability) {
        return capability.getRevision().getBundle();
    }

    @Override
    public void end() {
        // Nothing is kept between calls.
    }
}
