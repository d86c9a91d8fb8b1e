/** The broker as an OSGi component. */
@NullMarked
package org.kochab.mqtt.internal.osgi;

import org.jspecify.annotations.NullMarked;
