package org.kochab.hosttasks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Container;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.TaskSpec;

/**
 * Writes the script {@code enter} of a task: how a process gets into its control groups, mounts, directory, user and environment. The task's
 * first process and every {@code exec} go through it.
 */
final class Entry {
    private static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final Pattern NAME = Pattern.compile("[-._a-zA-Z][-._a-zA-Z0-9]*");

    private final TaskSpec task;
    private final Tools tools;
    private final Container.@Nullable SecurityContext security;

    Entry(TaskSpec task, Tools tools) {
        this.task = task;
        this.tools = tools;
        security = task.container().securityContext();
    }

    /** @throws RuntimeFailure for what a process cannot be given here, or a command that cannot be run */
    void check() {
        if (task.container().command().isEmpty()) {
            throw invalid(
                    "command is empty: runtimeClassName 'process' runs a program of the node and has no image to take one from");
        }
        if (security != null && Boolean.TRUE.equals(security.readOnlyRootFilesystem())) {
            throw invalid(
                    "securityContext.readOnlyRootFilesystem cannot be enforced for a process: remove it or use runtimeClassName oci");
        }
        long uid = user();
        if (uid != tools.uid() && !(tools.root() && tools.has("setpriv"))) {
            throw invalid("securityContext.runAsUser " + uid
                    + " needs an agent that runs as root, and setpriv (apt-get install util-linux)");
        }
        if (security != null && Boolean.TRUE.equals(security.runAsNonRoot()) && uid == 0) {
            throw invalid(
                    "securityContext.runAsNonRoot: set runAsUser, else the process runs as the agent does, as root");
        }
        if (security != null && Boolean.FALSE.equals(security.allowPrivilegeEscalation()) && !tools.has("setpriv")) {
            throw invalid("securityContext.allowPrivilegeEscalation false needs setpriv (apt-get install util-linux)");
        }
        for (String name : task.environment().keySet()) {
            if (!NAME.matcher(name).matches()) {
                throw invalid("env: '" + name + "' is not a name of a variable");
            }
        }
        mounts().forEach(this::check);
        task.devices().stream().flatMap(d -> d.nodes().stream()).forEach(n -> DeviceNodes.check(n, uid, group()));
        checkCommand();
    }

    private void check(TaskSpec.Mount mount) {
        if (!tools.root() || !tools.has("unshare") || !tools.has("nsenter") || !tools.has("mount")) {
            throw invalid("volumeMounts.mountPath " + mount.target()
                    + ": mounting for a process needs an agent that runs as root;"
                    + " a hostPath volume can be mounted at its own path");
        }
        if (!Files.exists(Path.of(mount.target()))) {
            throw invalid(
                    "volumeMounts.mountPath " + mount.target()
                            + " does not exist on the node: a process sees the node's own files; make it there, or use runtimeClassName oci");
        }
    }

    private void checkCommand() {
        String command = task.container().command().get(0);
        if (command.indexOf('/') >= 0) {
            Path path = directory().resolve(command);
            if (!Files.isExecutable(path) || Files.isDirectory(path)) {
                throw notThere(command, "is not an executable file of this node");
            }
            return;
        }
        String search = environment().getOrDefault("PATH", DEFAULT_PATH);
        for (String place : search.split(":")) {
            Path path = Path.of(place.isEmpty() ? "." : place).resolve(command);
            if (Files.isExecutable(path) && !Files.isDirectory(path)) {
                return;
            }
        }
        throw notThere(command, "is not in PATH (" + search + ") on this node");
    }

    private static RuntimeFailure notThere(String command, String why) {
        return new RuntimeFailure(RuntimeFailure.Code.COMMAND, "command[0] '" + command + "' " + why);
    }

    private static RuntimeFailure invalid(String message) {
        return new RuntimeFailure(RuntimeFailure.Code.INVALID, message);
    }

    private long user() {
        return security == null || security.runAsUser() == null ? tools.uid() : security.runAsUser();
    }

    /** Of a task that runs as another user than the agent; the agent's own is not known. */
    private long group() {
        return security == null || security.runAsGroup() == null ? user() : security.runAsGroup();
    }

    private Path directory() {
        String own = task.container().workingDir();
        return own == null || own.isEmpty() ? work() : Path.of(own);
    }

    private Path work() {
        return task.directory().resolve("work");
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new TreeMap<>();
        environment.put("PATH", DEFAULT_PATH);
        environment.put("HOME", work().toString());
        environment.putAll(task.environment());
        return environment;
    }

    private List<TaskSpec.Mount> mounts() {
        return task.mounts().stream()
                .filter(m -> m.readOnly() || !m.source().equals(Path.of(m.target())))
                .toList();
    }

    /** Makes the task's directory ready. */
    void write(List<Path> cgroupProcs) throws IOException {
        Files.createDirectories(work());
        if (user() != tools.uid()) {
            Files.setAttribute(work(), "unix:uid", (int) user(), LinkOption.NOFOLLOW_LINKS);
        }
        StringBuilder script = new StringBuilder(
                "#!/bin/sh\n# enter main COMMAND... | enter exec PID COMMAND... | enter inside COMMAND...\n");
        script.append("way=$1\nshift\nif [ \"$way\" != inside ]; then\n");
        cgroupProcs.forEach(
                p -> script.append("  echo $$ > ").append(quote(p.toString())).append(" || exit 125\n"));
        script.append("  if [ \"$way\" = exec ]; then\n    main=$1\n    shift\n");
        if (!mounts().isEmpty()) {
            script.append("    exec nsenter --mount --target \"$main\" sh ")
                    .append(self())
                    .append(" inside \"$@\"\n");
            script.append("  else\n    exec unshare --mount --propagation private sh ")
                    .append(self())
                    .append(" mount \"$@\"\n");
        }
        script.append("  fi\nfi\n");
        if (!mounts().isEmpty()) {
            script.insert(script.indexOf("if ["), mountSteps());
        }
        script.append("cd ")
                .append(quote(directory().toString()))
                .append(" || exit 126\nexec ")
                .append(tools.env());
        environment().forEach((name, value) -> script.append(' ').append(quote(name + "=" + value)));
        script.append(privileges()).append(" \"$@\"\n");
        Path file = task.directory().resolve("enter");
        Files.deleteIfExists(file);
        // It has the environment in it, secrets included.
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(file, script);
    }

    private String self() {
        return quote(task.directory().resolve("enter").toString());
    }

    private String mountSteps() {
        StringBuilder steps = new StringBuilder("if [ \"$way\" = mount ]; then\n  way=inside\n");
        for (TaskSpec.Mount mount : mounts()) {
            String target = quote(mount.target());
            steps.append("  mount --bind ")
                    .append(quote(mount.source().toString()))
                    .append(' ')
                    .append(target)
                    .append(" || exit 125\n");
            if (mount.readOnly()) {
                steps.append("  mount -o remount,bind,ro ").append(target).append(" || exit 125\n");
            }
        }
        return steps.append("fi\n").toString();
    }

    private String privileges() {
        if (!tools.has("setpriv")) {
            return "";
        }
        List<String> words = new ArrayList<>(List.of(" setpriv"));
        if (security == null || !Boolean.TRUE.equals(security.allowPrivilegeEscalation())) {
            words.add("--no-new-privs");
        }
        if (user() != tools.uid()) {
            words.add("--reuid=" + user() + " --regid=" + group() + " --clear-groups");
        }
        return words.size() == 1 ? "" : String.join(" ", words) + " --";
    }

    static String quote(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    /** The command as a process gets it. */
    static List<String> command(Container container) {
        List<String> all = new ArrayList<>(container.command());
        all.addAll(container.args());
        return all;
    }
}
