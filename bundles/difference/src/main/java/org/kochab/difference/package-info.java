/** A value as what differs from another one. */
@NullMarked
package org.kochab.difference;

import org.jspecify.annotations.NullMarked;
