/** Partitions that are gone for a while, in a whole installation with agents and pods. */
@NullMarked
package org.kochab.chaos.loss;

import org.jspecify.annotations.NullMarked;
