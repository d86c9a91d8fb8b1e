package org.kochab.runtime.bundle.internal;

import org.kochab.api.model.Container;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.TaskSpec;

/** What a bundle cannot be given, because it is a part of the agent's own process. */
final class TaskChecks {
    private static final String INSTEAD = "remove it, or use runtimeClassName process or oci";

    private TaskChecks() {}

    /** @throws RuntimeFailure that names the field */
    static void check(TaskSpec task) {
        refuse(
                task.memoryBytes() != null,
                "resources.limits.memory cannot be enforced for a bundle, which shares the agent's heap: " + INSTEAD);
        refuse(
                task.cpuMillis() != null,
                "resources.limits.cpu cannot be enforced for a bundle, whose threads are the agent's: " + INSTEAD);
        if (!task.devices().isEmpty()) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.INVALID,
                    "resources.limits." + task.devices().get(0).resource()
                            + ": devices of the node cannot be kept for one bundle of the agent: " + INSTEAD);
        }
        Container container = task.container();
        refuse(
                !container.command().isEmpty(),
                "command: a bundle is started by its activator; pass words on with args, and remove it");
        refuse(
                container.workingDir() != null && !container.workingDir().isEmpty(),
                "workingDir: a bundle has the agent's: " + INSTEAD);
        Container.SecurityContext security = container.securityContext();
        refuse(
                security != null
                        && (security.runAsUser() != null
                                || security.runAsGroup() != null
                                || Boolean.TRUE.equals(security.runAsNonRoot())
                                || Boolean.TRUE.equals(security.readOnlyRootFilesystem())
                                || Boolean.FALSE.equals(security.allowPrivilegeEscalation())),
                "securityContext: a bundle has the rights of the agent, and none can be taken from it: " + INSTEAD);
        for (Container.Port port : container.ports()) {
            refuse(
                    port.hostPort() != null && port.hostPort() != port.containerPort(),
                    "ports.hostPort: a bundle listens at the node's own ports; it must equal containerPort");
        }
        for (TaskSpec.Mount mount : task.mounts()) {
            refuse(
                    mount.readOnly() || !mount.source().toString().equals(mount.target()),
                    "volumeMounts.mountPath " + mount.target()
                            + ": a bundle sees the node's own files; only a hostPath at its own path, not readOnly,"
                            + " can be mounted");
        }
    }

    private static void refuse(boolean asked, String why) {
        if (asked) {
            throw new RuntimeFailure(RuntimeFailure.Code.INVALID, why);
        }
    }
}
