/** Whether what the hot paths cost has doubled. */
@NullMarked
package org.kochab.benchmarks.guard;

import org.jspecify.annotations.NullMarked;
