/** Which nodes are to be updated next, and when an update is over. */
@NullMarked
package org.kochab.updates.internal.core;

import org.jspecify.annotations.NullMarked;
