/** Tasks that run inside the agent and end with it: what drivers of such tasks have in common. */
@NullMarked
package org.kochab.agenttasks;

import org.jspecify.annotations.NullMarked;
