package org.kochab.partition.internal.core.tenant;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Container;
import org.kochab.api.model.Container.Probe;
import org.kochab.api.model.Container.SecurityContext;
import org.kochab.api.model.Quantity;

/** What a container may say. */
final class ContainerRules {
    private static final Pattern ENV = Pattern.compile("[-._a-zA-Z][-._a-zA-Z0-9]*");
    private static final Pattern PORT_NAME = Pattern.compile("(?=.*[a-z])[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?");
    private static final Pattern RESOURCE = Pattern.compile("cpu|memory|ephemeral-storage|hugepages-[0-9]+[KMGT]i");
    private static final Pattern EXTENDED =
            Pattern.compile("[a-z0-9]([a-z0-9.-]*[a-z0-9])?/[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");

    private static final Pattern OF_KUBERNETES = Pattern.compile("([^/]*\\.)?kubernetes\\.io/.*");

    private ContainerRules() {}

    static void check(Container c, String at, String runtime, Set<String> volumes, Problems problems) {
        Names.label(c.name(), at + ".name", problems);
        boolean image = c.image() != null && !c.image().isBlank();
        if (!runtime.equals("process")) {
            problems.require(image, at + ".image", "is required for runtimeClassName " + runtime);
        } else {
            problems.require(
                    image || !c.command().isEmpty(), at + ".command", "is required for a process without an image");
        }
        if (image) {
            problems.require(
                    c.image().length() <= 1024 && c.image().chars().noneMatch(ch -> ch <= ' ' || ch == 127),
                    at + ".image",
                    Problems.quoted(c.image()) + " is not an image reference; it must not contain blanks");
        }
        problems.oneOf(c.imagePullPolicy(), at + ".imagePullPolicy", "Always", "IfNotPresent", "Never");
        checkEnv(c.env(), at + ".env", problems);
        ValueSourceRules.check(c.envFrom(), at + ".envFrom", problems);
        checkPorts(c.ports(), at + ".ports", problems);
        if (c.resources() != null) {
            checkResources(c.resources(), at + ".resources", problems);
        }
        checkMounts(c.volumeMounts(), at + ".volumeMounts", volumes, problems);
        checkProbe(c.livenessProbe(), at + ".livenessProbe", true, c, problems);
        checkProbe(c.startupProbe(), at + ".startupProbe", true, c, problems);
        checkProbe(c.readinessProbe(), at + ".readinessProbe", false, c, problems);
        if (c.securityContext() != null) {
            checkSecurity(c.securityContext(), at + ".securityContext", problems);
        }
        if (c.workingDir() != null) {
            problems.require(
                    c.workingDir().indexOf('\0') < 0, at + ".workingDir", "must not contain the character NUL");
        }
    }

    private static void checkEnv(List<Container.EnvVar> env, String at, Problems problems) {
        for (int i = 0; i < env.size(); i++) {
            String name = env.get(i).name();
            String path = at + "[" + i + "].name";
            if (name == null || name.isEmpty()) {
                problems.add(path, "is required");
            } else {
                ValueSourceRules.check(env.get(i), at + "[" + i + "]", problems);
                problems.require(
                        isVariable(name),
                        path,
                        Problems.quoted(name)
                                + " is not valid; use letters, digits, '_', '-' and '.', not beginning with a digit");
            }
        }
    }

    static boolean isVariable(String name) {
        return ENV.matcher(name).matches();
    }

    private static void checkPorts(List<Container.Port> ports, String at, Problems problems) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            Container.Port p = ports.get(i);
            String path = at + "[" + i + "]";
            port(p.containerPort(), path + ".containerPort", problems);
            if (p.hostPort() != null) {
                port(p.hostPort(), path + ".hostPort", problems);
            }
            problems.oneOf(p.protocol(), path + ".protocol", "TCP", "UDP", "SCTP");
            if (p.name() != null) {
                problems.require(
                        PORT_NAME.matcher(p.name()).matches(),
                        path + ".name",
                        Problems.quoted(p.name())
                                + " is not valid; use at most 15 lower-case letters, digits and '-', with at least one letter");
                problems.require(names.add(p.name()), path + ".name", Problems.quoted(p.name()) + " is there twice");
            }
        }
    }

    private static void port(int number, String path, Problems problems) {
        problems.require(number >= 1 && number <= 65535, path, number + " is not a port; use 1 to 65535");
    }

    static void checkResources(Container.Resources r, String at, Problems problems) {
        checkQuantities(r.requests(), at + ".requests", problems);
        checkQuantities(r.limits(), at + ".limits", problems);
        r.requests().forEach((name, text) -> {
            String limit = r.limits().get(name);
            Long wanted = milli(text);
            Long most = milli(limit);
            if (wanted != null && most != null) {
                problems.require(
                        wanted <= most,
                        at + ".requests[" + name + "]",
                        text + " is more than the limit " + limit + "; raise the limit or lower the request");
                problems.require(
                        !EXTENDED.matcher(name).matches() || wanted.equals(most),
                        at + ".requests[" + name + "]",
                        "must equal the limit, as for every extended resource");
            }
            problems.require(
                    limit != null || !EXTENDED.matcher(name).matches(),
                    at + ".limits[" + name + "]",
                    "is required: an extended resource is asked for by its limit; write as much as in requests");
        });
    }

    private static void checkQuantities(Map<String, String> amounts, String at, Problems problems) {
        amounts.forEach((name, text) -> {
            String path = at + "[" + name + "]";
            boolean extended = EXTENDED.matcher(name).matches();
            problems.require(
                    extended || RESOURCE.matcher(name).matches(),
                    path,
                    "is not a resource; use cpu, memory, ephemeral-storage, hugepages-SIZE or domain/name");
            problems.require(
                    !extended || !OF_KUBERNETES.matcher(name).matches(),
                    path,
                    "is not a resource of Kubernetes'; extended resources have a domain of their vendor's, such as vendor.com/gpu");
            quantity(text, path, problems);
            Long milli = milli(text);
            problems.require(
                    milli == null || !extended || milli % 1000 == 0,
                    path,
                    text + " is not whole; extended resources are counted in whole pieces");
        });
    }

    static void quantity(@Nullable String text, String path, Problems problems) {
        if (text == null) {
            problems.add(path, "has no value");
            return;
        }
        try {
            problems.require(Quantity.parse(text).milli() >= 0, path, text + " is negative; use 0 or more");
        } catch (IllegalArgumentException e) {
            problems.add(path, e.getMessage());
        }
    }

    private static @Nullable Long milli(@Nullable String text) {
        try {
            return text == null ? null : Quantity.parse(text).milli();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static void checkMounts(
            List<Container.VolumeMount> mounts, String at, Set<String> volumes, Problems problems) {
        Set<String> paths = new HashSet<>();
        for (int i = 0; i < mounts.size(); i++) {
            Container.VolumeMount m = mounts.get(i);
            String path = at + "[" + i + "]";
            if (m.name() == null) {
                problems.add(path + ".name", "is required");
            } else {
                problems.require(
                        volumes.contains(m.name()),
                        path + ".name",
                        "there is no volume " + Problems.quoted(m.name()) + "; add it to spec.volumes");
            }
            if (m.mountPath() == null || m.mountPath().isEmpty()) {
                problems.add(path + ".mountPath", "is required");
            } else {
                problems.require(
                        m.mountPath().startsWith("/") && m.mountPath().indexOf(':') < 0 && noParent(m.mountPath()),
                        path + ".mountPath",
                        Problems.quoted(m.mountPath()) + " is not valid; use an absolute path without ':' and '..'");
                problems.require(
                        paths.add(m.mountPath()),
                        path + ".mountPath",
                        Problems.quoted(m.mountPath()) + " is mounted twice");
            }
            if (m.subPath() != null) {
                problems.require(
                        !m.subPath().startsWith("/") && noParent(m.subPath()),
                        path + ".subPath",
                        Problems.quoted(m.subPath()) + " is not valid; use a relative path without '..'");
            }
        }
    }

    static boolean noParent(String path) {
        return path.indexOf('\0') < 0 && !List.of(path.split("/")).contains("..");
    }

    private static void checkProbe(
            @Nullable Probe p, String at, boolean restarts, Container container, Problems problems) {
        if (p == null) {
            return;
        }
        int handlers = (p.exec() != null ? 1 : 0) + (p.tcpSocket() != null ? 1 : 0) + (p.httpGet() != null ? 1 : 0);
        problems.require(handlers == 1, at, "needs exactly one of exec, tcpSocket and httpGet, not " + handlers);
        if (p.exec() != null) {
            problems.require(!p.exec().command().isEmpty(), at + ".exec.command", "is required");
        }
        if (p.tcpSocket() != null) {
            probePort(p.tcpSocket().port(), at + ".tcpSocket.port", container, problems);
        }
        if (p.httpGet() != null) {
            probePort(p.httpGet().port(), at + ".httpGet.port", container, problems);
            problems.oneOf(p.httpGet().scheme(), at + ".httpGet.scheme", "HTTP", "HTTPS");
        }
        problems.atLeast(p.initialDelaySeconds(), 0, at + ".initialDelaySeconds");
        problems.atLeast(p.periodSeconds(), 1, at + ".periodSeconds");
        problems.atLeast(p.timeoutSeconds(), 1, at + ".timeoutSeconds");
        problems.atLeast(p.successThreshold(), 1, at + ".successThreshold");
        problems.atLeast(p.failureThreshold(), 1, at + ".failureThreshold");
        problems.seconds(p.terminationGracePeriodSeconds(), 1, at + ".terminationGracePeriodSeconds");
        problems.require(
                !restarts || p.successThreshold() == null || p.successThreshold() == 1,
                at + ".successThreshold",
                "must be 1 for liveness and startup probes");
    }

    private static void probePort(@Nullable String port, String path, Container container, Problems problems) {
        if (port == null || port.isEmpty()) {
            problems.add(path, "is required");
        } else if (port.matches("-?[0-9]{1,9}")) {
            port(Integer.parseInt(port), path, problems);
        } else {
            problems.require(
                    container.ports().stream().anyMatch(p -> port.equals(p.name())),
                    path,
                    Problems.quoted(port) + " is neither a port number nor the name of one of the container's ports");
        }
    }

    private static void checkSecurity(SecurityContext s, String at, Problems problems) {
        problems.atLeast(s.runAsUser(), 0, at + ".runAsUser");
        problems.atLeast(s.runAsGroup(), 0, at + ".runAsGroup");
        problems.require(
                !(Boolean.TRUE.equals(s.runAsNonRoot()) && Long.valueOf(0).equals(s.runAsUser())),
                at + ".runAsUser",
                "is 0 (root) although runAsNonRoot is true; change one of them");
        problems.require(
                !(Boolean.TRUE.equals(s.privileged()) && Boolean.FALSE.equals(s.allowPrivilegeEscalation())),
                at + ".allowPrivilegeEscalation",
                "is false although privileged is true; change one of them");
    }
}
