package org.kochab.partition.internal.core.tenant;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Container;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.PodStatus;
import org.kochab.api.model.Quantity;

/**
 * What quotas count. {@code count/PLURAL} is known from keys alone; what pods use has to be read from them. {@code cpu} is counted in thousandths, all else in whole
 * units.
 */
public final class QuotaAmounts {
    private static final String COUNT = "count/";
    private static final String REQUESTS = "requests.";
    private static final String LIMITS = "limits.";
    private static final String PODS = "pods";
    private static final Pattern OBJECTS = Pattern.compile("count/[a-z][a-z0-9]{0,62}(\\.[a-z0-9.-]{1,253})?");
    private static final Pattern COMPUTE =
            Pattern.compile("(requests|limits)\\.(cpu|memory|ephemeral-storage|hugepages-[0-9]+[KMG]i)");
    private static final Pattern EXTENDED = Pattern.compile("requests\\.[a-z0-9.-]{1,253}/[A-Za-z0-9._-]{1,63}");
    private static final long KIB = 1024;

    private QuotaAmounts() {}

    /** Checks names and values of what a quota allows. */
    static void check(Map<String, String> hard, String path, Problems problems) {
        hard.forEach((name, value) -> {
            String at = path + "[" + name + "]";
            String known = canonical(name);
            boolean right = known.equals(PODS)
                    || OBJECTS.matcher(known).matches()
                    || COMPUTE.matcher(known).matches()
                    || EXTENDED.matcher(known).matches();
            problems.require(
                    right,
                    at,
                    "is nothing that is counted; use pods, requests.cpu, requests.memory, limits.cpu, limits.memory, requests.DOMAIN/NAME or count/PLURAL.GROUP, for example count/deployments.apps");
            problems.require(
                    !known.equals(COUNT + Kind.EVENT.plural()),
                    at,
                    "cannot be limited here: the platform keeps a bounded number of events by itself");
            checkKind(name, at, problems);
            ContainerRules.quantity(value, at, problems);
        });
    }

    /** @throws IllegalArgumentException if a name or value is not right; the message names it */
    public static void require(Map<String, String> hard, String path) {
        Problems problems = new Problems();
        check(hard, path, problems);
        if (!problems.none()) {
            throw new IllegalArgumentException(problems.summary());
        }
    }

    /** A group that the platform knows has the kinds that the platform knows. */
    private static void checkKind(String name, String at, Problems problems) {
        if (!name.startsWith(COUNT)) {
            return;
        }
        String what = name.substring(COUNT.length());
        int dot = what.indexOf('.');
        String plural = dot < 0 ? what : what.substring(0, dot);
        String group = dot < 0 ? "" : what.substring(dot + 1);
        List<String> known = new ArrayList<>();
        for (Kind kind : Kind.BUILT_IN) {
            if (group.equals(group(kind)) && kind.scope() != Kind.Scope.PLATFORM) {
                known.add(kind.plural());
            }
        }
        problems.require(
                known.contains(plural) || known.isEmpty(),
                at,
                "names no kind of group " + Problems.quoted(group) + "; there are " + String.join(", ", known));
    }

    private static String group(Kind kind) {
        int slash = kind.apiVersion().indexOf('/');
        return slash < 0 ? "" : kind.apiVersion().substring(0, slash);
    }

    /** One name for what has several: {@code cpu} is {@code requests.cpu}, and a group is not needed to count. */
    public static String canonical(String name) {
        if (name.startsWith(COUNT)) {
            int dot = name.indexOf('.');
            return dot < 0 ? name : name.substring(0, dot);
        }
        return name.equals("cpu") || name.equals("memory") || name.equals("ephemeral-storage") ? REQUESTS + name : name;
    }

    static String count(String plural) {
        return COUNT + plural;
    }

    /** Whether pods have to be read to know it. */
    static boolean isMetered(String canonical) {
        return !canonical.startsWith(COUNT);
    }

    static long amount(String canonical, String text) {
        Quantity q = Quantity.parse(text);
        return canonical.endsWith(".cpu") ? q.milli() : q.units();
    }

    /** By canonical name, sorted. */
    public static SortedMap<String, Long> amounts(Map<String, String> hard) {
        SortedMap<String, Long> amounts = new TreeMap<>();
        hard.forEach((name, text) -> {
            String known = canonical(name);
            amounts.merge(known, amount(known, text), Math::min);
        });
        return amounts;
    }

    /** An amount as a manifest would have it. */
    public static String text(String canonical, long amount) {
        if (canonical.endsWith(".cpu")) {
            return amount % 1000 == 0 ? Long.toString(amount / 1000) : amount + "m";
        }
        boolean bytes = canonical.endsWith("memory") || canonical.endsWith("storage");
        long left = amount;
        int power = 0;
        while (bytes && left != 0 && left % KIB == 0 && power < 4) {
            left /= KIB;
            power++;
        }
        return power == 0 ? Long.toString(amount) : left + "KMGT".substring(power - 1, power) + "i";
    }

    /** What a pod uses; nothing once it has ended. */
    static Map<String, Long> used(Pod pod) {
        Map<String, Long> used = new TreeMap<>();
        PodSpec spec = pod.spec();
        if (spec == null || isEnded(pod.status())) {
            return used;
        }
        PodRequests.of(spec).forEach((name, amount) -> used.put(name.equals(PODS) ? PODS : REQUESTS + name, amount));
        PodRequests.limits(spec).forEach((name, amount) -> used.put(LIMITS + name, amount));
        return used;
    }

    private static boolean isEnded(@Nullable PodStatus status) {
        return status != null && ("Succeeded".equals(status.phase()) || "Failed".equals(status.phase()));
    }

    /** The first container that does not say how much it needs of what is limited; empty if all do. */
    static String silent(Pod pod, String canonical) {
        boolean limits = canonical.startsWith(LIMITS);
        if (pod.spec() == null || !limits && !canonical.startsWith(REQUESTS) || canonical.indexOf('/') >= 0) {
            return "";
        }
        String resource = canonical.substring(canonical.indexOf('.') + 1);
        for (Container c : pod.spec().tasks()) {
            Map<String, String> said = c.resources() == null
                    ? Collections.emptyMap()
                    : limits ? c.resources().limits() : c.resources().requests();
            if (!said.containsKey(resource)) {
                return c.name();
            }
        }
        return "";
    }

    /** How a partition keeps what a tenant may have. */
    public static byte[] bytes(Map<String, String> hard) {
        StringBuilder lines = new StringBuilder();
        new TreeMap<>(hard)
                .forEach((name, text) ->
                        lines.append(name).append(' ').append(text).append('\n'));
        return lines.toString().getBytes(UTF_8);
    }

    static Map<String, String> read(byte[] bytes) {
        Map<String, String> hard = new TreeMap<>();
        new String(bytes, UTF_8).lines().forEach(line -> {
            int space = line.indexOf(' ');
            hard.put(line.substring(0, space), line.substring(space + 1));
        });
        return hard;
    }
}
