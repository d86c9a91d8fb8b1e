package org.kochab.spi.runtime;

import org.osgi.annotation.versioning.ProviderType;

/** Tells a long call that nobody waits for it any more. Asked at least once a second. */
@ProviderType
public interface StopSignal {
    boolean stopped();
}
