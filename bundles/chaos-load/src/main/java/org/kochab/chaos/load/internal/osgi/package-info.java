/** The load in OSGi. */
@NullMarked
package org.kochab.chaos.load.internal.osgi;

import org.jspecify.annotations.NullMarked;
