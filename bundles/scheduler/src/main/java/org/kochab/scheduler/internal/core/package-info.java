/** The engine: places groups of equal pods over columns. */
@NullMarked
package org.kochab.scheduler.internal.core;

import org.jspecify.annotations.NullMarked;
