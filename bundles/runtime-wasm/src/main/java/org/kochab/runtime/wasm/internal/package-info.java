/** Runs tasks as WebAssembly modules inside this Java process. */
@NullMarked
package org.kochab.runtime.wasm.internal;

import org.jspecify.annotations.NullMarked;
