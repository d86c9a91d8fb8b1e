/** Configuration and life cycle of the store in OSGi. */
@NullMarked
package org.kochab.store.ignite.internal.osgi;

import org.jspecify.annotations.NullMarked;
