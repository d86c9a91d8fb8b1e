/** The store and what stands on it: commits beside etcd's, many watchers, long lists. */
@NullMarked
package org.kochab.benchmarks.store;

import org.jspecify.annotations.NullMarked;
