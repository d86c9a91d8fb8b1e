package org.kochab.spi.runtime;

import org.osgi.annotation.versioning.ProviderType;

/** Takes output, in order, on one thread at a time; may block, which slows the producer. */
@ProviderType
public interface OutputSink {
    /** @param error whether it is from the standard error stream */
    void output(boolean error, byte[] bytes, int offset, int length);
}
