package org.kochab.gateway.internal.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** How a command in a container ended, as Kubernetes says it on the error channel. */
public final class ExitStatus {
    private ExitStatus() {}

    public static ObjectNode of(int code) {
        if (code == 0) {
            return Status.of(Status.SUCCESS);
        }
        ObjectNode status = Status.of(Status.FAILURE)
                .put("message", "command terminated with non-zero exit code: " + code)
                .put("reason", "NonZeroExitCode");
        status.putObject("details")
                .putArray("causes")
                .addObject()
                .put("reason", "ExitCode")
                .put("message", Integer.toString(code));
        return status;
    }

    /** Why it failed, in a sentence; empty if it did not. */
    public static String why(JsonNode status) {
        return status.path("status").asText().equals(Status.SUCCESS)
                ? ""
                : status.path("message").asText();
    }
}
