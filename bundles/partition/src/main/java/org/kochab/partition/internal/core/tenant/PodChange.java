package org.kochab.partition.internal.core.tenant;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Container;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.VirtualMachine;

/** What of a pod's spec may be changed once it is there: how much processor and memory it has, and a machine's power state. */
final class PodChange {
    /** Resources of which a pod that runs may be given more or less. */
    static final List<String> SIZES = List.of("cpu", "memory");

    private static final String REMEDY =
            "of a pod cannot be changed, only resources (cpu and memory) and powerSpec can; delete the pod and create it again";

    private static final Map<String, Function<PodSpec, @Nullable Object>> POD = new LinkedHashMap<>();
    private static final Map<String, Function<Container, @Nullable Object>> CONTAINER = new LinkedHashMap<>();
    private static final Map<String, Function<VirtualMachine, @Nullable Object>> MACHINE = new LinkedHashMap<>();

    static {
        POD.put("initContainers", PodSpec::initContainers);
        POD.put("function", PodSpec::function);
        POD.put("runtimeClassName", PodSpec::runtimeClassName);
        POD.put("restartPolicy", PodSpec::restartPolicy);
        POD.put("terminationGracePeriodSeconds", PodSpec::terminationGracePeriodSeconds);
        POD.put("activeDeadlineSeconds", PodSpec::activeDeadlineSeconds);
        POD.put("nodeName", PodSpec::nodeName);
        POD.put("nodeSelector", PodSpec::nodeSelector);
        POD.put("affinity", PodSpec::affinity);
        POD.put("tolerations", PodSpec::tolerations);
        POD.put("topologySpreadConstraints", PodSpec::topologySpreadConstraints);
        POD.put("schedulerName", PodSpec::schedulerName);
        POD.put("priority", PodSpec::priority);
        POD.put("priorityClassName", PodSpec::priorityClassName);
        POD.put("preemptionPolicy", PodSpec::preemptionPolicy);
        POD.put("hostname", PodSpec::hostname);
        POD.put("hostNetwork", PodSpec::hostNetwork);
        POD.put("serviceAccountName", PodSpec::serviceAccountName);
        POD.put("automountServiceAccountToken", PodSpec::automountServiceAccountToken);
        POD.put("dnsPolicy", PodSpec::dnsPolicy);
        POD.put("securityContext", PodSpec::securityContext);
        POD.put("volumes", PodSpec::volumes);
        POD.put("disconnect", PodSpec::disconnect);

        CONTAINER.put("name", Container::name);
        CONTAINER.put("image", Container::image);
        CONTAINER.put("imagePullPolicy", Container::imagePullPolicy);
        CONTAINER.put("command", Container::command);
        CONTAINER.put("args", Container::args);
        CONTAINER.put("workingDir", Container::workingDir);
        CONTAINER.put("env", Container::env);
        CONTAINER.put("ports", Container::ports);
        CONTAINER.put("volumeMounts", Container::volumeMounts);
        CONTAINER.put("livenessProbe", Container::livenessProbe);
        CONTAINER.put("readinessProbe", Container::readinessProbe);
        CONTAINER.put("startupProbe", Container::startupProbe);
        CONTAINER.put("securityContext", Container::securityContext);
        CONTAINER.put("resizePolicy", Container::resizePolicy);

        MACHINE.put("name", VirtualMachine::name);
        MACHINE.put("image", VirtualMachine::image);
        MACHINE.put("ports", VirtualMachine::ports);
        MACHINE.put("userData", VirtualMachine::userData);
        MACHINE.put("publicKey", VirtualMachine::publicKey);
        MACHINE.put("shutdownBehavior", VirtualMachine::shutdownBehavior);
    }

    private PodChange() {}

    static void check(PodSpec current, PodSpec wanted, Problems problems) {
        same(POD, current, wanted, "spec", problems);
        List<Container> before = current.containers();
        List<Container> after = wanted.containers();
        problems.require(before.size() == after.size(), "spec.containers", REMEDY);
        for (int i = 0; i < Math.min(before.size(), after.size()); i++) {
            String at = "spec.containers[" + i + "]";
            same(CONTAINER, before.get(i), after.get(i), at, problems);
            sizes(before.get(i).resources(), after.get(i).resources(), at + ".resources", problems);
        }
        VirtualMachine was = current.virtualMachine();
        VirtualMachine is = wanted.virtualMachine();
        problems.require((was == null) == (is == null), "spec.virtualMachine", REMEDY);
        if (was != null && is != null) {
            same(MACHINE, was, is, "spec.virtualMachine", problems);
            sizes(was.resources(), is.resources(), "spec.virtualMachine.resources", problems);
        }
        // A field that is in none of the lists above.
        problems.require(!problems.none() || current.withSizesOf(wanted).equals(wanted), "spec", REMEDY);
    }

    private static <T> void same(
            Map<String, Function<T, @Nullable Object>> fields, T before, T after, String at, Problems problems) {
        fields.forEach((name, of) ->
                problems.require(Objects.equals(of.apply(before), of.apply(after)), at + "." + name, REMEDY));
    }

    private static void sizes(
            Container.@Nullable Resources before, Container.@Nullable Resources after, String at, Problems problems) {
        Container.Resources none = new Container.Resources(Collections.emptyMap(), Collections.emptyMap());
        Container.Resources was = before == null ? none : before;
        Container.Resources is = after == null ? none : after;
        sizes(was.requests(), is.requests(), at + ".requests", problems);
        sizes(was.limits(), is.limits(), at + ".limits", problems);
    }

    private static void sizes(Map<String, String> before, Map<String, String> after, String at, Problems problems) {
        TreeSet<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        for (String name : names) {
            String path = at + "[" + name + "]";
            if (SIZES.contains(name)) {
                problems.require(
                        after.containsKey(name) || !before.containsKey(name),
                        path,
                        "cannot be removed from a pod; set another amount, or delete the pod and create it again");
            } else {
                problems.require(
                        Objects.equals(before.get(name), after.get(name)),
                        path,
                        "of a pod cannot be changed, only cpu and memory can; delete the pod and create it again");
            }
        }
    }
}
