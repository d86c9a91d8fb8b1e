/** The identities as OSGi services. */
@NullMarked
package org.kochab.identity.internal.osgi;

import org.jspecify.annotations.NullMarked;
