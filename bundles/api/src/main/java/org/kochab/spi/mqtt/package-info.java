/**
 * Who may use the embedded MQTT broker, and for what: authentication and authorisation as services, and the broker's
 * own state. The broker calls these services on its event loop, one call at a time.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.kochab.spi.mqtt;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
