/** The agent as a component. */
@NullMarked
package org.kochab.agent.internal.osgi;

import org.jspecify.annotations.NullMarked;
