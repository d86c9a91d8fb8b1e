/** Measures how tightly pods are packed: replays a trace of real GPU pods against the scheduling engine and its peers. */
package org.kochab.benchmarks.pack;
