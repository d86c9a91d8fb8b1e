/** HTTP over TLS, with limits. */
@NullMarked
package org.kochab.gateway.internal.http;

import org.jspecify.annotations.NullMarked;
