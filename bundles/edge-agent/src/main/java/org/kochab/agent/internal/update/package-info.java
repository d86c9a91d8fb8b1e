/** Another version of the agent: fetched, unpacked, tried, and kept or given up. */
@NullMarked
package org.kochab.agent.internal.update;

import org.jspecify.annotations.NullMarked;
