/** Partitions in memory, for tests and simulation only. */
@NullMarked
package org.kochab.store.memory;

import org.jspecify.annotations.NullMarked;
