package org.kochab.spi.scheduler;

import java.util.List;

/** What is to become of one pod. */
public sealed interface Decision {
    String podUid();

    /** @param score of the node, 0 to 100, for explanations */
    record Assigned(String podUid, String node, double score) implements Decision {}

    /** @param refusals most nodes first, then by plugin; together they cover every node */
    record Rejected(String podUid, List<Refusal> refusals) implements Decision {
        public Rejected {
            refusals = List.copyOf(refusals);
        }
    }
}
