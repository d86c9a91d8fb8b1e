/** The component and its configuration. */
@NullMarked
package org.kochab.store.mvstore.internal.osgi;

import org.jspecify.annotations.NullMarked;
