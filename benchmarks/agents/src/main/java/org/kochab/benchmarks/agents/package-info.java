/** Many nodes that speak the real protocol over real connections, and start nothing. */
@NullMarked
package org.kochab.benchmarks.agents;

import org.jspecify.annotations.NullMarked;
