/** Runs tasks as processes of the host, each in its own session under a small shell script that outlives the agent. */
@NullMarked
package org.kochab.runtime.process.internal;

import org.jspecify.annotations.NullMarked;
