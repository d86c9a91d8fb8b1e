package org.kochab.spi.device;

import org.osgi.annotation.versioning.ConsumerType;

/** A listener that is being told. */
@ConsumerType
public interface DeviceWatch extends AutoCloseable {
    /** The listener is not called any more once this has returned; at most 10 seconds; does not fail; may be repeated. */
    @Override
    void close();
}
