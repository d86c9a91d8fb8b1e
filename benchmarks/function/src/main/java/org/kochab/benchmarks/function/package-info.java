/** Calls of functions on the WebAssembly runtime. */
@NullMarked
package org.kochab.benchmarks.function;

import org.jspecify.annotations.NullMarked;
