package org.kochab.itests;

import java.util.concurrent.RejectedExecutionException;
import org.apache.karaf.features.FeaturesService;
import org.osgi.framework.BundleContext;
import org.osgi.util.tracker.ServiceTracker;

/** Karaf may stop its features service and start another one when it has just booted, so one that was injected is not used for good. */
final class Features {
    private static final long LIMIT_MILLIS = 30_000;

    private Features() {}

    /** What is changed; done again from its beginning if the service was stopped under it. */
    @FunctionalInterface
    interface Change {
        void by(FeaturesService features) throws Exception;
    }

    static void change(BundleContext context, Change change) throws Exception {
        ServiceTracker<FeaturesService, FeaturesService> tracker =
                new ServiceTracker<>(context, FeaturesService.class, null);
        tracker.open();
        try {
            FeaturesService features = tracker.waitForService(LIMIT_MILLIS);
            try {
                change.by(features);
            } catch (RejectedExecutionException e) {
                if (tracker.getService() == features) {
                    throw e;
                }
                change.by(tracker.waitForService(LIMIT_MILLIS));
            }
        } finally {
            tracker.close();
        }
    }
}
