/** What becomes of the results of benchmarks. */
@NullMarked
package org.kochab.benchmarks.report;

import org.jspecify.annotations.NullMarked;
