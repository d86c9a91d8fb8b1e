/** The resource managers as OSGi services. */
@NullMarked
package org.kochab.rm.internal.osgi;

import org.jspecify.annotations.NullMarked;
