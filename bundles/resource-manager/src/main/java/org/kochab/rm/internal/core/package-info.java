/**
 * The resource manager as a plain state machine: nodes, leases, claims, desired states and reports. One thread drives it; what it
 * needs from outside (partition, link, clocks, names) is handed to it.
 */
@NullMarked
package org.kochab.rm.internal.core;

import org.jspecify.annotations.NullMarked;
