/** What a node decides: plain Java, one thread, time given by the caller. */
@NullMarked
package org.kochab.agent.internal.core;

import org.jspecify.annotations.NullMarked;
