package org.kochab.partition.internal.core.tenant;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Container;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.PodSpec.Disconnect;
import org.kochab.api.model.PodSpec.Volume;
import org.kochab.api.model.PriorityClass;

/** What a pod, or a template of pods, may say. */
final class PodSpecRules {
    private static final int MOST_CONTAINERS = 64;
    private static final Pattern DURATION = Pattern.compile("[1-9][0-9]{0,6}(s|m|h)");

    private PodSpecRules() {}

    static void check(PodSpec spec, String at, Problems problems) {
        Set<String> volumes = checkVolumes(spec.volumes(), at + ".volumes", problems);
        if (spec.runtimeClassName() != null) {
            Names.label(spec.runtimeClassName(), at + ".runtimeClassName", problems);
        }
        if (spec.virtualMachine() != null) {
            MachineRules.check(spec, spec.virtualMachine(), at, problems);
        } else if (spec.function() != null) {
            PodFunctionRules.check(spec, spec.function(), at, problems);
        } else {
            problems.require(
                    !spec.containers().isEmpty(),
                    at + ".containers",
                    "needs at least one container, or write virtualMachine or function in their place");
            problems.require(
                    !"vm".equals(spec.runtimeClassName()),
                    at + ".runtimeClassName",
                    "'vm' runs virtual machines only; write virtualMachine in place of containers");
        }
        problems.require(
                spec.containers().size() + spec.initContainers().size() <= MOST_CONTAINERS,
                at + ".containers",
                "has more than " + MOST_CONTAINERS + " containers; divide the pod");
        checkContainers(spec, at, volumes, problems);
        problems.oneOf(spec.restartPolicy(), at + ".restartPolicy", "Always", "OnFailure", "Never");
        problems.seconds(spec.terminationGracePeriodSeconds(), 0, at + ".terminationGracePeriodSeconds");
        problems.seconds(spec.activeDeadlineSeconds(), 1, at + ".activeDeadlineSeconds");
        if (spec.nodeName() != null) {
            Names.subdomain(spec.nodeName(), at + ".nodeName", problems);
        }
        if (spec.hostname() != null) {
            Names.label(spec.hostname(), at + ".hostname", problems);
        }
        if (spec.serviceAccountName() != null) {
            Names.subdomain(spec.serviceAccountName(), at + ".serviceAccountName", problems);
        }
        problems.require(
                spec.schedulerName() == null || spec.schedulerName().equals("default-scheduler"),
                at + ".schedulerName",
                "pods do not choose their scheduler here; leave it out and use kochab:scheduler-use");
        problems.require(
                spec.urgency() <= PriorityClassRules.MOST || isOfSystem(spec.priorityClassName()),
                at + ".priority",
                "is out of range; the most is " + PriorityClassRules.MOST);
        if (spec.priorityClassName() != null && !spec.priorityClassName().isEmpty()) {
            Names.subdomain(spec.priorityClassName(), at + ".priorityClassName", problems);
        }
        problems.oneOf(spec.preemptionPolicy(), at + ".preemptionPolicy", PriorityClass.PREEMPT, PriorityClass.NEVER);
        problems.oneOf(
                spec.dnsPolicy(), at + ".dnsPolicy", "ClusterFirst", "ClusterFirstWithHostNet", "Default", "None");
        checkSecurity(spec, at + ".securityContext", problems);
        PlacementRules.check(spec, at, problems);
        if (spec.disconnect() != null) {
            checkDisconnect(spec.disconnect(), at + ".disconnect", problems);
        }
    }

    private static boolean isOfSystem(@Nullable String priorityClass) {
        return priorityClass != null && priorityClass.startsWith(PriorityClassRules.SYSTEM);
    }

    private static void checkContainers(PodSpec spec, String at, Set<String> volumes, Problems problems) {
        Set<String> names = new HashSet<>();
        Set<String> hostPorts = new HashSet<>();
        for (int i = 0; i < spec.initContainers().size(); i++) {
            Container c = spec.initContainers().get(i);
            String path = at + ".initContainers[" + i + "]";
            ContainerRules.check(c, path, spec.runtimeKind(), volumes, problems);
            unique(c.name(), names, path + ".name", problems);
            problems.require(
                    c.livenessProbe() == null && c.readinessProbe() == null && c.startupProbe() == null,
                    path,
                    "init containers cannot have probes; remove them");
            problems.require(
                    c.resizePolicy().isEmpty(), path + ".resizePolicy", "init containers are not resized; remove it");
        }
        for (int i = 0; i < spec.containers().size(); i++) {
            Container c = spec.containers().get(i);
            String path = at + ".containers[" + i + "]";
            ContainerRules.check(c, path, spec.runtimeKind(), volumes, problems);
            unique(c.name(), names, path + ".name", problems);
            checkResizePolicy(c, "Never".equals(spec.restartPolicy()), path + ".resizePolicy", problems);
            for (int j = 0; j < c.ports().size(); j++) {
                Container.Port p = c.ports().get(j);
                if (p.hostPort() != null) {
                    String port = p.hostIP() + " " + p.hostPort() + " " + (p.protocol() == null ? "TCP" : p.protocol());
                    problems.require(
                            hostPorts.add(port), path + ".ports[" + j + "].hostPort", p.hostPort() + " is used twice");
                    problems.require(
                            !Boolean.TRUE.equals(spec.hostNetwork()) || p.hostPort() == p.containerPort(),
                            path + ".ports[" + j + "].hostPort",
                            "must equal containerPort when hostNetwork is true");
                }
            }
        }
    }

    private static void checkResizePolicy(Container c, boolean never, String at, Problems problems) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < c.resizePolicy().size(); i++) {
            Container.ResizePolicy policy = c.resizePolicy().get(i);
            String path = at + "[" + i + "]";
            problems.require(
                    "cpu".equals(policy.resourceName()) || "memory".equals(policy.resourceName()),
                    path + ".resourceName",
                    Problems.quoted(String.valueOf(policy.resourceName())) + " is not supported; use cpu or memory");
            unique(policy.resourceName(), names, path + ".resourceName", problems);
            problems.require(policy.restartPolicy() != null, path + ".restartPolicy", "is required");
            problems.oneOf(policy.restartPolicy(), path + ".restartPolicy", "NotRequired", "RestartContainer");
            problems.require(
                    !never || !"RestartContainer".equals(policy.restartPolicy()),
                    path + ".restartPolicy",
                    "cannot be RestartContainer in a pod whose restartPolicy is Never; use NotRequired");
        }
    }

    private static void unique(String name, Set<String> names, String path, Problems problems) {
        if (name != null) {
            problems.require(names.add(name), path, Problems.quoted(name) + " is there twice");
        }
    }

    private static Set<String> checkVolumes(List<Volume> volumes, String at, Problems problems) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < volumes.size(); i++) {
            Volume v = volumes.get(i);
            String path = at + "[" + i + "]";
            Names.label(v.name(), path + ".name", problems);
            unique(v.name(), names, path + ".name", problems);
            ValueSourceRules.check(v, path, problems);
            if (v.persistentVolumeClaim() != null) {
                String claim = path + ".persistentVolumeClaim";
                Names.subdomain(v.persistentVolumeClaim().claimName(), claim + ".claimName", problems);
                problems.require(
                        v.persistentVolumeClaim().volume() == null,
                        claim + ".volume",
                        "is filled in by the platform; remove it");
            }
            if (v.emptyDir() != null) {
                problems.oneOf(v.emptyDir().medium(), path + ".emptyDir.medium", "", "Memory");
                if (v.emptyDir().sizeLimit() != null) {
                    ContainerRules.quantity(v.emptyDir().sizeLimit(), path + ".emptyDir.sizeLimit", problems);
                }
            }
            if (v.hostPath() != null) {
                String host = v.hostPath().path();
                problems.require(
                        host != null && host.startsWith("/") && ContainerRules.noParent(host),
                        path + ".hostPath.path",
                        Problems.quoted(String.valueOf(host)) + " is not valid; use an absolute path without '..'");
                problems.oneOf(
                        v.hostPath().type(),
                        path + ".hostPath.type",
                        "",
                        "DirectoryOrCreate",
                        "Directory",
                        "FileOrCreate",
                        "File",
                        "Socket",
                        "CharDevice",
                        "BlockDevice");
            }
        }
        return names;
    }

    private static void checkSecurity(PodSpec spec, String at, Problems problems) {
        var s = spec.securityContext();
        if (s == null) {
            return;
        }
        problems.atLeast(s.runAsUser(), 0, at + ".runAsUser");
        problems.atLeast(s.runAsGroup(), 0, at + ".runAsGroup");
        problems.atLeast(s.fsGroup(), 0, at + ".fsGroup");
        problems.require(
                !(Boolean.TRUE.equals(s.runAsNonRoot()) && Long.valueOf(0).equals(s.runAsUser())),
                at + ".runAsUser",
                "is 0 (root) although runAsNonRoot is true; change one of them");
    }

    private static void checkDisconnect(Disconnect d, String at, Problems problems) {
        duration(d.lostAfter(), at + ".lostAfter", problems);
        duration(d.stopOnClientAfter(), at + ".stopOnClientAfter", problems);
        problems.require(
                d.reconcile() == null || d.reconcile().equals("keep-replacement"),
                at + ".reconcile",
                "can only be keep-replacement: a node that comes back ends what was replaced meanwhile; to keep the original, set replace to false");
        problems.require(
                d.reconcile() == null || !Boolean.FALSE.equals(d.replace()),
                at + ".reconcile",
                "has no meaning when replace is false; remove one of them");
    }

    private static void duration(String text, String path, Problems problems) {
        problems.require(
                text == null || DURATION.matcher(text).matches(),
                path,
                Problems.quoted(String.valueOf(text)) + " is not a duration; write for example 30s, 5m or 72h");
    }

    /** @param text a checked duration */
    static long seconds(String text) {
        long number = Long.parseLong(text.substring(0, text.length() - 1));
        return switch (text.charAt(text.length() - 1)) {
            case 'h' -> number * 3600;
            case 'm' -> number * 60;
            default -> number;
        };
    }
}
