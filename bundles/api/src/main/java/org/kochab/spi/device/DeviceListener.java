package org.kochab.spi.device;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** Takes the devices of one provider. Any thread; returns at once, never throws. */
@ProviderType
public interface DeviceListener {
    /**
     * These are all devices that are present now, in any order; at most 1024. What was said before is of no meaning any more. Lists that follow each other
     * within a second may be skipped for the last of them. A list that makes no sense, as with an id that is there twice, is logged and changes nothing.
     */
    void devices(List<Device> present);
}
