/** A resource manager with its threads and its link, without OSGi. Not exported. */
@NullMarked
package org.kochab.rm;

import org.jspecify.annotations.NullMarked;
