/** The bundle that the driver's probe runs. */
@NullMarked
package org.kochab.runtime.bundle.internal.trial;

import org.jspecify.annotations.NullMarked;
