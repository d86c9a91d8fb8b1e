/** The driver as a service. */
@NullMarked
package org.kochab.runtime.bundle.internal.osgi;

import org.jspecify.annotations.NullMarked;
