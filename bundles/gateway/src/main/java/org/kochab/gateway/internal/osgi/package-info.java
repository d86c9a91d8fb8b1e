/** The gateway as an OSGi component. */
@NullMarked
package org.kochab.gateway.internal.osgi;

import org.jspecify.annotations.NullMarked;
