/** Finds serial ports, cameras and GPUs of a Linux machine in its sysfs. */
@NullMarked
package org.kochab.devices.sysfs.internal;

import org.jspecify.annotations.NullMarked;
