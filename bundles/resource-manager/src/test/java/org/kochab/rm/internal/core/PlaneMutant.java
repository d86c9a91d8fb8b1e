package org.kochab.rm.internal.core;

/** Control planes with a mistake; the simulation must notice each. */
enum PlaneMutant {
    /** The real one. */
    NONE,
    /** A new leader of a tenant partition takes claims for orphans although it does not know all of its pods. */
    RELEASES_WITHOUT_PROOF,
    /** A new leader places pods before it has read what managers granted to the former one. */
    PLACES_BEFORE_READING,
    /** A manager grants what a former leader asked for. */
    GRANTS_TO_FORMER_LEADERS,
    /** A new leader of a manager's partition does not know what was granted. */
    FORGETS_CLAIMS,
    /** Where a tenant leaves from, nothing keeps writers out while the last changes are copied and afterwards. */
    UNFENCED_MOVES,
    /** A leader acts on what it once heard of a tenant, whatever the directory says by then. */
    ACTS_ON_OLD_WORDS,
    /** A leader to whom a tenant came places its pods before it has read what managers granted to the partition before. */
    PLACES_BEFORE_ASKING
}
