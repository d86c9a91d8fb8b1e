package org.kochab.runtime.wasm.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Container;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.TaskSpec;

/**
 * What a module sees of the world: its words, its variables, and directories by their names in it. A working directory is a second name, {@code .},
 * for where it lies, which is where C libraries look for relative paths.
 */
record View(List<String> arguments, Map<String, String> environment, Map<String, Sandbox.Place> directories) {

    /** @throws RuntimeFailure for what a module cannot be given */
    static View of(TaskSpec task) {
        Container container = task.container();
        check(container);
        List<String> arguments = new ArrayList<>(container.command());
        if (arguments.isEmpty()) {
            arguments.add(name(container));
        }
        arguments.addAll(container.args());
        return new View(List.copyOf(arguments), task.environment(), directories(task));
    }

    private static String name(Container container) {
        Path file = ImageName.parse(container.image()).file();
        return file == null || file.getFileName() == null
                ? container.name()
                : file.getFileName().toString();
    }

    private static void check(Container container) {
        Container.SecurityContext security = container.securityContext();
        if (security != null
                && (security.runAsUser() != null
                        || security.runAsGroup() != null
                        || Boolean.TRUE.equals(security.runAsNonRoot())
                        || Boolean.TRUE.equals(security.privileged()))) {
            throw invalid(
                    "securityContext: a module runs inside the agent, as the agent's user, and reaches nothing but its"
                            + " mounts: remove runAsUser, runAsGroup, runAsNonRoot and privileged");
        }
        if (!container.ports().isEmpty()) {
            throw invalid(
                    "ports: a module of WASI preview 1 cannot open a socket: remove them, or use runtimeClassName oci");
        }
        for (String text : container.command()) {
            plain("command", text);
        }
        for (String text : container.args()) {
            plain("args", text);
        }
    }

    private static void plain(String field, String text) {
        if (text.indexOf('\0') >= 0) {
            throw invalid(field + ": a zero character cannot be passed on");
        }
    }

    private static Map<String, Sandbox.Place> directories(TaskSpec task) {
        Map<String, Sandbox.Place> all = new LinkedHashMap<>();
        for (TaskSpec.Mount mount : task.mounts()) {
            all.put(mount.target(), place(mount));
        }
        String work = task.container().workingDir();
        if (work != null && !work.isEmpty()) {
            all.put(".", workingDirectory(task, Path.of(work).normalize()));
        }
        return all;
    }

    private static Sandbox.Place place(TaskSpec.Mount mount) {
        if (!Files.isDirectory(mount.source())) {
            throw invalid(
                    "volumeMounts.mountPath " + mount.target() + ": only directories can be mounted for a module");
        }
        try {
            return new Sandbox.Place(mount.source().toRealPath(), mount.readOnly());
        } catch (IOException e) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.TEMPORARY, "volumeMounts.mountPath " + mount.target() + ": " + e, e);
        }
    }

    private static Sandbox.Place workingDirectory(TaskSpec task, Path work) {
        TaskSpec.@Nullable Mount within = null;
        for (TaskSpec.Mount mount : task.mounts()) {
            if (work.startsWith(mount.target())
                    && (within == null
                            || mount.target().length() > within.target().length())) {
                within = mount;
            }
        }
        if (within == null) {
            throw invalid("workingDir " + work + " is in none of volumeMounts, and a module sees nothing else");
        }
        Sandbox.Place base = place(within);
        Path path =
                base.path().resolve(Path.of(within.target()).relativize(work)).normalize();
        try {
            if (Files.isDirectory(path) && path.toRealPath().startsWith(base.path())) {
                return new Sandbox.Place(path.toRealPath(), base.readOnly());
            }
        } catch (IOException e) {
            throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "workingDir " + work + ": " + e, e);
        }
        throw invalid("workingDir " + work + " is not a directory in the mounted volume");
    }

    private static RuntimeFailure invalid(String message) {
        return new RuntimeFailure(RuntimeFailure.Code.INVALID, message);
    }
}
