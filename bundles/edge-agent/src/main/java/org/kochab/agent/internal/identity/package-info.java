/** The node's key and certificate. */
@NullMarked
package org.kochab.agent.internal.identity;

import org.jspecify.annotations.NullMarked;
