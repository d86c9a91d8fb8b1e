/** The link to the nodes over an MQTT 5 broker. */
@NullMarked
package org.kochab.rm.internal.mqtt;

import org.jspecify.annotations.NullMarked;
