/** The built-in placement plugins. They see what a vendor's plugin sees: {@code org.kochab.spi.scheduler}. */
@NullMarked
package org.kochab.scheduler.internal.core.plugins;

import org.jspecify.annotations.NullMarked;
