/** From an applied deployment to durable, watchable binds. */
@NullMarked
package org.kochab.benchmarks.bind;

import org.jspecify.annotations.NullMarked;
