/** The tenant partition's rules: what objects may look like, what a change does, which pods wait for what. Plain Java. */
@NullMarked
package org.kochab.partition.internal.core.tenant;

import org.jspecify.annotations.NullMarked;
