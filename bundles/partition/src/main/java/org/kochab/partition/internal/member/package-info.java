/** A member's real threads and clock around the kernel. Plain Java, no OSGi. */
@NullMarked
package org.kochab.partition.internal.member;

import org.jspecify.annotations.NullMarked;
