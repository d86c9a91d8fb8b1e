/** How partitions are laid out in a file, and what may be written; plain Java. */
@NullMarked
package org.kochab.store.mvstore.internal.core;

import org.jspecify.annotations.NullMarked;
