/** What a runtime driver is tested with. */
@NullMarked
package org.kochab.testkit.runtime;

import org.jspecify.annotations.NullMarked;
