/** The driver as a service. */
@NullMarked
package org.kochab.runtime.process.internal.osgi;

import org.jspecify.annotations.NullMarked;
