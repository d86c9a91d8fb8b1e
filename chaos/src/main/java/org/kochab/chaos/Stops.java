package org.kochab.chaos;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/** How long this JVM's garbage collections stop all its threads. */
final class Stops {
    private final AtomicLong longest = new AtomicLong();

    Stops() {
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            ((NotificationEmitter) collector)
                    .addNotificationListener(
                            (notification, unused) -> longest.accumulateAndGet(
                                    GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData())
                                            .getGcInfo()
                                            .getDuration(),
                                    Math::max),
                            null,
                            null);
        }
    }

    void begin() {
        longest.set(0);
    }

    /** Milliseconds of the longest one since {@link #begin}. */
    long longestMillis() {
        return longest.get();
    }
}
