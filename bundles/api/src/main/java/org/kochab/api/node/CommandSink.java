package org.kochab.api.node;

import org.osgi.annotation.versioning.ConsumerType;

/** Takes a command's output, in order, on one thread at a time. Must not block for long: the node's link waits. */
@ConsumerType
public interface CommandSink {
    /** @param error whether it is from the standard error stream; {@code bytes} belong to the sink */
    void output(boolean error, byte[] bytes);
}
