/** MQTT 3.1.1 and 5 packets as values, read strictly from bytes. */
@NullMarked
package org.kochab.mqtt.internal.core.packet;

import org.jspecify.annotations.NullMarked;
