/**
 * Devices of a node that pods ask for by a number: GPUs, serial ports, cameras. A provider finds them and says how a task gets at them; the agent counts them
 * as an extended resource, decides who has which, and remembers it. Kubernetes' device plugins are the model, and the Container Device Interface for what a
 * task is given.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.kochab.spi.device;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
