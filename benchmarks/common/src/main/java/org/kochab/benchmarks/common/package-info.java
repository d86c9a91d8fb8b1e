/** What several benchmarks use. */
@NullMarked
package org.kochab.benchmarks.common;

import org.jspecify.annotations.NullMarked;
