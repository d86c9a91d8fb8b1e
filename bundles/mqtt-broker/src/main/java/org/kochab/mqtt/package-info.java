/** The embedded MQTT broker for use without OSGi, as tests and benchmarks do. */
@NullMarked
package org.kochab.mqtt;

import org.jspecify.annotations.NullMarked;
