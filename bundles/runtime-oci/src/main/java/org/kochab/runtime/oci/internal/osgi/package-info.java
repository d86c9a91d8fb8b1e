/** The driver as a service. */
@NullMarked
package org.kochab.runtime.oci.internal.osgi;

import org.jspecify.annotations.NullMarked;
