/** How long a partition is not served when its leader dies. */
@NullMarked
package org.kochab.benchmarks.takeover;

import org.jspecify.annotations.NullMarked;
