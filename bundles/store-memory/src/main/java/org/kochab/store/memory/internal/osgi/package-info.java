@NullMarked
package org.kochab.store.memory.internal.osgi;

import org.jspecify.annotations.NullMarked;
