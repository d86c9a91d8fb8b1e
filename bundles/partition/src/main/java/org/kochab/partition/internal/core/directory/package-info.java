/** The map of partitions and tenants: data in the directory's own partition. */
@NullMarked
package org.kochab.partition.internal.core.directory;

import org.jspecify.annotations.NullMarked;
