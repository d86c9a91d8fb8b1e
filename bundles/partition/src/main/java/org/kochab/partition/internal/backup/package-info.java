/** Copies of all partitions: written while they serve, read before a new control plane serves for the first time. */
@NullMarked
package org.kochab.partition.internal.backup;

import org.jspecify.annotations.NullMarked;
