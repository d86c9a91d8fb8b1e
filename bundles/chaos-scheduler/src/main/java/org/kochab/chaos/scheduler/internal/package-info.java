/** A vendor's engine as small as one can be. */
@NullMarked
package org.kochab.chaos.scheduler.internal;

import org.jspecify.annotations.NullMarked;
