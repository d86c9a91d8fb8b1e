package org.kochab.runtime.oci.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Container;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.TaskSpec;

/** The words of {@code podman run} for a task. */
final class RunWords {
    static final String POD = "org.kochab.pod";
    static final String CONTAINER = "org.kochab.container";
    static final String ATTEMPT = "org.kochab.attempt";
    static final String SANDBOX = "org.kochab.sandbox";

    /** Variables that mean something to podman itself: these are given in words, the others in its environment, which nobody sees. */
    private static final SortedSet<String> OWN = new TreeSet<>(List.of(
            "PATH",
            "HOME",
            "CONTAINERS_CONF",
            "CONTAINERS_REGISTRIES_CONF",
            "TMPDIR",
            "XDG_RUNTIME_DIR",
            "CONTAINER_HOST",
            "LD_PRELOAD",
            "LD_LIBRARY_PATH",
            "NOTIFY_SOCKET",
            "LISTEN_FDS",
            "LISTEN_PID",
            "http_proxy",
            "https_proxy",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "NO_PROXY",
            "no_proxy",
            "GODEBUG",
            "STORAGE_DRIVER",
            "STORAGE_OPTS"));

    private final Settings settings;

    RunWords(Settings settings) {
        this.settings = settings;
    }

    static String name(String uid, String container, int attempt) {
        return "kochab-" + uid + "-" + container + "-" + attempt;
    }

    static String sandbox(String uid) {
        return "kochab-" + uid + "-sandbox_";
    }

    List<String> task(TaskSpec task) {
        Container c = task.container();
        List<String> words = begin(name(task.podUid(), c.name(), task.attempt()));
        label(words, POD, task.podUid());
        label(words, CONTAINER, c.name());
        label(words, ATTEMPT, Integer.toString(task.attempt()));
        label(words, "org.kochab.name", task.tenant() + "/" + task.namespace() + "/" + task.podName());
        String shared = "container:" + sandbox(task.podUid());
        words.addAll(List.of("--network", task.hostNetwork() ? "host" : shared));
        words.addAll(List.of("--uts", task.hostNetwork() ? "host" : shared));
        words.addAll(List.of("--log-driver", "k8s-file", "--log-opt", "max-size=" + settings.logBytes()));
        words.addAll(List.of("--pids-limit", Long.toString(settings.pids())));
        words.addAll(limits(task));
        for (TaskSpec.Mount mount : task.mounts()) {
            words.add("--mount");
            words.add("type=bind,source=" + path(mount.source().toString()) + ",target=" + path(mount.target())
                    + (mount.readOnly() ? ",readonly" : ""));
        }
        task.devices().stream().flatMap(d -> d.nodes().stream()).forEach(n -> {
            words.add("--device");
            words.add(inDevice(n.source().toString()) + ":" + inDevice(n.target()) + ":" + n.permissions());
        });
        task.environment().forEach((name, value) -> {
            words.add("--env");
            words.add(OWN.contains(name) ? name + "=" + value : name);
        });
        security(words, c.securityContext());
        command(words, c);
        return words;
    }

    /** The limits of a task, in the words of {@code podman run} and {@code podman update}. */
    static List<String> limits(TaskSpec task) {
        List<String> words = new ArrayList<>();
        if (task.memoryBytes() != null) {
            // As much memory and swap together: none to swap to.
            words.addAll(List.of("--memory", task.memoryBytes() + "b", "--memory-swap", task.memoryBytes() + "b"));
        }
        if (task.cpuMillis() != null) {
            words.addAll(List.of("--cpus", Double.toString(Math.max(0.01, task.cpuMillis() / 1000.0))));
        }
        return words;
    }

    private static String path(String path) {
        if (path.indexOf(',') >= 0) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.INVALID, "volumeMounts: podman cannot mount paths with a comma: " + path);
        }
        return path;
    }

    private static String inDevice(String path) {
        if (path.indexOf(':') >= 0) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.INVALID, "devices: podman cannot give paths with a colon: " + path);
        }
        return path;
    }

    /** What {@link #task}'s variables without a value are taken from. */
    static Map<String, String> environment(TaskSpec task) {
        Map<String, String> environment = new TreeMap<>(task.environment());
        environment.keySet().removeAll(OWN);
        return environment;
    }

    private void security(List<String> words, Container.@Nullable SecurityContext s) {
        if (s == null) {
            return;
        }
        if (Boolean.TRUE.equals(s.privileged())) {
            if (!settings.privileged()) {
                throw new RuntimeFailure(
                        RuntimeFailure.Code.INVALID,
                        "securityContext.privileged is not allowed on this node: remove it, or set privileged of org.kochab.runtime.oci");
            }
            words.add("--privileged");
        }
        if (s.runAsUser() != null || s.runAsGroup() != null) {
            String group = s.runAsGroup() == null ? "" : ":" + s.runAsGroup();
            words.addAll(List.of("--user", (s.runAsUser() == null ? 0 : s.runAsUser()) + group));
        }
        if (Boolean.TRUE.equals(s.readOnlyRootFilesystem())) {
            words.addAll(List.of("--read-only", "--read-only-tmpfs=false"));
        }
        if (Boolean.FALSE.equals(s.allowPrivilegeEscalation())) {
            words.addAll(List.of("--security-opt", "no-new-privileges"));
        }
    }

    private static void command(List<String> words, Container c) {
        if (c.workingDir() != null && !c.workingDir().isEmpty()) {
            words.addAll(List.of("--workdir", c.workingDir()));
        }
        if (!c.command().isEmpty()) {
            words.addAll(List.of("--entrypoint", json(c.command())));
        }
        words.add(String.valueOf(c.image()));
        words.addAll(c.args());
    }

    /** The container that holds the network of all containers of a pod. */
    List<String> sandbox(TaskSpec task, String image) {
        List<String> words = begin(sandbox(task.podUid()));
        label(words, SANDBOX, task.podUid());
        words.addAll(
                List.of("--network", Podman.NETWORK, "--read-only", "--read-only-tmpfs=false", "--pids-limit", "16"));
        words.addAll(List.of("--log-driver", "none", "--memory", "16777216b", "--memory-swap", "16777216b"));
        if (task.hostname() != null) {
            String host = task.hostname();
            words.addAll(List.of("--hostname", host.length() > 63 ? host.substring(0, 63) : host));
        }
        for (Container.Port port : task.podPorts()) {
            if (port.hostPort() != null) {
                String address =
                        port.hostIP() == null || port.hostIP().isEmpty() ? settings.publishAddress() : port.hostIP();
                String protocol =
                        port.protocol() == null ? "tcp" : port.protocol().toLowerCase(java.util.Locale.ROOT);
                words.add("--publish");
                words.add(address + ":" + port.hostPort() + ":" + port.containerPort() + "/" + protocol);
            }
        }
        words.add(image);
        return words;
    }

    private static List<String> begin(String name) {
        return new ArrayList<>(List.of("run", "--detach", "--pull", "never", "--name", name));
    }

    private static void label(List<String> words, String key, String value) {
        words.add("--label");
        words.add(key + "=" + value);
    }

    static String json(List<String> texts) {
        StringBuilder out = new StringBuilder("[");
        for (String text : texts) {
            out.append(out.length() == 1 ? "\"" : ",\"");
            for (char c : text.toCharArray()) {
                if (c == '"' || c == '\\') {
                    out.append('\\').append(c);
                } else if (c < ' ') {
                    out.append(String.format("\\u%04x", (int) c));
                } else {
                    out.append(c);
                }
            }
            out.append('"');
        }
        return out.append(']').toString();
    }
}
