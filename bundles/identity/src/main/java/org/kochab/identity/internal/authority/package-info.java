/** Keys and certificates, with Bouncy Castle. */
@NullMarked
package org.kochab.identity.internal.authority;

import org.jspecify.annotations.NullMarked;
