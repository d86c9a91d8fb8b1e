package org.kochab.gateway.internal.core;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What Kubernetes answers where there is no object to show. */
final class Status {
    static final String SUCCESS = "Success";
    static final String FAILURE = "Failure";

    private Status() {}

    /** @param outcome one of the two */
    static ObjectNode of(String outcome) {
        ObjectNode status = Json.object();
        status.put("kind", "Status").put("apiVersion", Discovery.V1).putObject("metadata");
        return status.put("status", outcome);
    }
}
