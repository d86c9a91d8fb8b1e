/** Plugins as a component. */
@NullMarked
package org.kochab.plugins.internal.osgi;

import org.jspecify.annotations.NullMarked;
