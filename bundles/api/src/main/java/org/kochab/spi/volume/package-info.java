/**
 * Persistent volumes on nodes. The platform decides which claim has which volume, on which node it is and when its data go; a provisioner makes, mounts and deletes it there. What of CSI a node's plugin does
 * is the model, without attaching: a volume is of one node.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.kochab.spi.volume;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
