package org.kochab.scheduler.internal.core;

/**
 * How nodes are found; no decision depends on it.
 *
 * @param indexed whether indexes may be used
 * @param fewDomains up to so many domains of a rule are told apart one by one
 * @param young so many shapes may come up before an index is sorted anew
 * @param heap so many slots of a shape are put in order at first
 * @param fewSlots up to so many slots a pass over all is faster than an index
 */
record Tuning(boolean indexed, int fewDomains, int young, int heap, int fewSlots) {
    static final Tuning DEFAULT = new Tuning(true, 32, 256, 1024, 2000);
}
