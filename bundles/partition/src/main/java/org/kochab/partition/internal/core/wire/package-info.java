/** What members say to each other, as bytes: written by hand, versioned, bounded. */
@NullMarked
package org.kochab.partition.internal.core.wire;

import org.jspecify.annotations.NullMarked;
