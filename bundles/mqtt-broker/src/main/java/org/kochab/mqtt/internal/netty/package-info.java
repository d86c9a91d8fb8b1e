/** The network under the core: one event loop thread that accepts, cuts the stream into packets and writes. */
@NullMarked
package org.kochab.mqtt.internal.netty;

import org.jspecify.annotations.NullMarked;
