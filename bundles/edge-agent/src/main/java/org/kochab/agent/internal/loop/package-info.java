/** The agent's one event loop and what it drives. */
@NullMarked
package org.kochab.agent.internal.loop;

import org.jspecify.annotations.NullMarked;
