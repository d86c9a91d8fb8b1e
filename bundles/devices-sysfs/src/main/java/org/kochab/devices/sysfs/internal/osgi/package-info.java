/** The providers as services. */
@NullMarked
package org.kochab.devices.sysfs.internal.osgi;

import org.jspecify.annotations.NullMarked;
