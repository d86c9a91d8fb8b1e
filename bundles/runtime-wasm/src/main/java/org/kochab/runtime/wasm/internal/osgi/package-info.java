/** The driver as a service. */
@NullMarked
package org.kochab.runtime.wasm.internal.osgi;

import org.jspecify.annotations.NullMarked;
