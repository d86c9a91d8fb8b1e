/** Updates as a component. */
@NullMarked
package org.kochab.updates.internal.osgi;

import org.jspecify.annotations.NullMarked;
