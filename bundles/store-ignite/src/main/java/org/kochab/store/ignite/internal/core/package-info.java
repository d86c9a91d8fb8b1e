/** What is stored and how a commit is judged; knows nothing of Ignite. */
@NullMarked
package org.kochab.store.ignite.internal.core;

import org.jspecify.annotations.NullMarked;
