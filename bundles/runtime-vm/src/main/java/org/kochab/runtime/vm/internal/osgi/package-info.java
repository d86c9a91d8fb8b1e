/** The driver as a service. */
@NullMarked
package org.kochab.runtime.vm.internal.osgi;

import org.jspecify.annotations.NullMarked;
