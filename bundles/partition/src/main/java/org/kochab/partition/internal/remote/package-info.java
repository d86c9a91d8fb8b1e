/** Partitions, resource managers and explanations of other members, and the same of this member for them. Plain Java, no OSGi. */
@NullMarked
package org.kochab.partition.internal.remote;

import org.jspecify.annotations.NullMarked;
