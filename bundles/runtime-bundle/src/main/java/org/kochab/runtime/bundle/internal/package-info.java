/** Tasks that are bundles of the framework the agent runs in. */
@NullMarked
package org.kochab.runtime.bundle.internal;

import org.jspecify.annotations.NullMarked;
