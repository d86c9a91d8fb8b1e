/** Measures the decision core of the scheduler. */
package org.kochab.benchmarks;
