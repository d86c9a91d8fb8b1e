/**
 * The partition kernel: a state machine with a single writer, driven by steps. It has no thread and no clock of its own; whoever
 * runs it steps it, on one thread at a time, and gives it the time. Everything another thread may do at any time is said to be so.
 */
@NullMarked
package org.kochab.partition.internal.core.kernel;

import org.jspecify.annotations.NullMarked;
