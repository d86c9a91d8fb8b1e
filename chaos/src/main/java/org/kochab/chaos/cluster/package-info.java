/** Faults among several members, each in a network namespace of its own, and the check of all clients' histories. */
@NullMarked
package org.kochab.chaos.cluster;

import org.jspecify.annotations.NullMarked;
