/** The file itself, on MVStore: opening, writing, reading. */
@NullMarked
package org.kochab.store.mvstore.internal.file;

import org.jspecify.annotations.NullMarked;
