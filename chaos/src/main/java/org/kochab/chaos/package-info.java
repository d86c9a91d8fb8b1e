/** Faults on purpose, and the check of what they must not do. */
@NullMarked
package org.kochab.chaos;

import org.jspecify.annotations.NullMarked;
