/** The innermost loops, by JMH. */
@org.jspecify.annotations.NullMarked
package org.kochab.benchmarks.loops;
