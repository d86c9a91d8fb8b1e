package org.kochab.shell.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.support.CommandException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.kochab.api.model.ServiceAccount;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceService;
import org.kochab.codec.JacksonCodec;
import org.kochab.shell.internal.session.Scope;

/**
 * Every command, by itself and on every kind: it works in the tenant that it is told, or that its session has, or in {@code default}, and in no other one. The shell is
 * its operators', so nothing is denied to them; but nothing may happen in a tenant that nobody named.
 */
@Timeout(120)
class TenantScopeTest {
    private static final String MINE = "mine";
    private static final List<String> TENANTS = List.of(MINE, "theirs", Scope.DEFAULT, TenantId.SYSTEM.value());

    private static final List<String> NODES = List.of("n", "web");

    /** What looks at all tenants, as its description says. */
    private static final Set<String> OF_ALL = Set.of("cluster-status", "node-drain");

    /** The platform's objects that commands here are about, and lists of them. */
    private static final Set<String> ANYWHERE =
            Set.of("Tenant *", "Tenant web", "Tenant " + MINE, "Node *", "Node web", "Node n");

    /** What is put for an argument of that name; {@code COMMAND ARGUMENT} for one command's. */
    private static final Map<String, String> WORDS = Map.ofEntries(
            Map.entry("names", "web"),
            Map.entry("pod", "web"),
            Map.entry("deployment", "web"),
            Map.entry("function", "web"),
            Map.entry("account", "web"),
            Map.entry("object", "pod/web"),
            Map.entry("field", "pods.spec"),
            Map.entry("nodes", "n"),
            Map.entry("name", MINE),
            Map.entry("scale name", "web 3"),
            Map.entry("tenant", MINE),
            Map.entry("user", "ann"),
            Map.entry("words", "web one"),
            Map.entry("tokens", "t"),
            Map.entry("manager", "rm-1"),
            Map.entry("partition", "tp-1"),
            Map.entry("file", "/no/such/file"));

    /** Options that commands need, or with which they do more. */
    private static final Map<String, List<String>> OPTIONS = Map.of(
            "get", List.of("", "-A -l app=web", "-o json -w"),
            "delete", List.of("", "--all", "-l app=web --wait"),
            "exec", List.of("-- ls"),
            "events", List.of("", "-A", "-w"),
            "function-invoke", List.of("--data x"),
            "kubeconfig",
                    List.of(
                            "--server https://127.0.0.1:1",
                            "--server https://127.0.0.1:1 --service-account default/web"),
            "node-drain", List.of("--force --no-wait", "--force --no-wait --disable-eviction"),
            "rollback", List.of("", "--to-revision 1"),
            "tenant-move", List.of("", "--to tp-2", "--abort"),
            "wait", List.of("--for delete"));

    private static final String OBJECTS =
            """
            {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: default, labels: {app: web}}, spec: {nodeName: n, containers: [{name: c, image: web:1}]}}
            ---
            {apiVersion: v1, kind: Pod, metadata: {name: only-in-TENANT, namespace: default, labels: {app: web}}, spec: {containers: [{name: c, image: web:1}]}}
            ---
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: default, labels: {app: web}}, spec: {replicas: 1, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: only-in-TENANT}]}}}}
            ---
            {apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: web, namespace: default, labels: {app: web}}, spec: {replicas: 1, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: only-in-TENANT}]}}}}
            ---
            {apiVersion: kochab.org/v1, kind: Function, metadata: {name: web, namespace: default}, spec: {replicas: 1, image: only-in-TENANT}}
            ---
            {apiVersion: v1, kind: ServiceAccount, metadata: {name: web, namespace: default}}
            ---
            {apiVersion: v1, kind: Secret, metadata: {name: web, namespace: default}, stringData: {a: only-in-TENANT}}
            ---
            {apiVersion: v1, kind: ConfigMap, metadata: {name: web, namespace: default}, data: {a: only-in-TENANT}}
            ---
            {apiVersion: v1, kind: Namespace, metadata: {name: default}}
            ---
            {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: web}, rules: []}
            ---
            {apiVersion: v1, kind: Event, metadata: {name: web, namespace: default}, involvedObject: {kind: Pod, namespace: default, name: web}, type: Normal, reason: Told, message: only-in-TENANT}
            """;

    @TempDir
    Path folder;

    private final Codec codec = new JacksonCodec();
    private final Map<String, List<Resource>> objects = new TreeMap<>();
    private final Set<String> used = new TreeSet<>();
    private final Set<String> everywhere = new TreeSet<>();
    private MapResources resources = new MapResources();
    private boolean hurried;
    private Console console;
    private Path manifest;

    @BeforeEach
    void start() {
        console = console();
        manifest = folder.resolve("manifest.yaml");
    }

    @AfterEach
    void stop() {
        console.close();
    }

    /** A call's tenant; of the platform's objects, which all are in {@code system}, the name. */
    private void note(Object[] arguments) {
        for (Object argument : arguments) {
            if (argument instanceof ResourceRef ref) {
                note(ref.tenant(), ref.kind().name(), ref.name());
                return;
            } else if (argument instanceof ServiceAccount account) {
                used.add(String.valueOf(account.metadata().tenant()));
                return;
            } else if (argument instanceof TenantId tenant) {
                Object second = arguments.length > 1 ? arguments[1] : null;
                if (second instanceof Kind kind) {
                    note(tenant, kind.name(), "*");
                } else if (second instanceof Resource resource) {
                    note(
                            tenant,
                            resource.kind(),
                            String.valueOf(resource.metadata().name()));
                } else {
                    used.add(tenant.value());
                }
                return;
            }
        }
    }

    private void note(TenantId tenant, String kind, String name) {
        boolean platform = kind.equals(Kind.TENANT.name()) || kind.equals(Kind.NODE.name());
        used.add(platform ? kind + " " + name : tenant.value());
    }

    /** @param service its answer may be null: then it has none */
    private <T> T noting(Class<T> type, Supplier<@Nullable T> service) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (p, method, given) -> {
            Object[] arguments = given == null ? new Object[0] : given;
            if (method.getDeclaringClass() == Object.class) {
                return switch (method.getName()) {
                    case "equals" -> p == arguments[0];
                    case "hashCode" -> System.identityHashCode(p);
                    default -> type.getSimpleName();
                };
            }
            note(arguments);
            if (hurried) {
                // Whoever waits for something is interrupted, as by Ctrl-C.
                Thread.currentThread().interrupt();
            }
            if (method.getName().equals("watch")) {
                throw new ResourceException(ResourceException.Reason.UNAVAILABLE, "nothing more is seen");
            }
            return answer(type, service.get(), method, arguments);
        }));
    }

    private <T> Object answer(Class<T> type, @Nullable T service, Method method, Object[] arguments) throws Throwable {
        if (service == null) {
            if (method.getReturnType() == Optional.class) {
                return Optional.empty();
            }
            throw new IllegalStateException("no answer");
        }
        try {
            Object answer = method.invoke(service, arguments);
            return method.getReturnType() == type ? noting(type, () -> type.cast(answer)) : answer;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private void fill() {
        resources = new MapResources();
        NODES.forEach(name ->
                objects.computeIfAbsent("node " + name, n -> node(name)).forEach(r -> resources.add("system", r)));
        for (String tenant : TENANTS) {
            if (!tenant.equals(TenantId.SYSTEM.value())) {
                resources.add("system", Samples.tenant(tenant));
            }
            objects.computeIfAbsent(tenant, this::read).forEach(r -> resources.add(tenant, r));
        }
    }

    private List<Resource> node(String name) {
        return manifest("{apiVersion: v1, kind: Node, metadata: {name: " + name + "}}");
    }

    private List<Resource> read(String tenant) {
        return manifest(OBJECTS.replace("TENANT", tenant));
    }

    private List<Resource> manifest(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return codec.manifest(bytes, Codec.UnknownFields.REFUSE, Kind.BUILT_IN).resources();
    }

    private Console console() {
        List<Object> services = new ArrayList<>(List.of(codec, noting(ResourceService.class, () -> resources)));
        Set<Class<?>> known = new TreeSet<>(Comparator.comparing(Class::getName));
        for (Class<?> command : commands()) {
            for (Field f : fields(command)) {
                if (f.isAnnotationPresent(Reference.class) && isAboutTenants(f.getType()) && known.add(f.getType())) {
                    services.add(noting(f.getType(), () -> null));
                }
            }
        }
        assertThat(known).hasSizeGreaterThan(3);
        return new Console(services.toArray());
    }

    private static List<Field> fields(Class<?> command) {
        List<Field> fields = new ArrayList<>();
        for (Class<?> c = command; c != Object.class; c = c.getSuperclass()) {
            fields.addAll(List.of(c.getDeclaredFields()));
        }
        return fields;
    }

    /** Services, other than that for resources, that are told a tenant. */
    private static boolean isAboutTenants(Class<?> service) {
        return service != ResourceService.class
                && Arrays.stream(service.getMethods())
                        .flatMap(m -> Arrays.stream(m.getParameterTypes()))
                        .anyMatch(t -> t == TenantId.class || t == ServiceAccount.class);
    }

    private static List<Class<?>> commands() {
        return Console.commands().stream()
                .filter(c -> c.isAnnotationPresent(Command.class))
                .toList();
    }

    private static String name(Class<?> command) {
        return command.getAnnotation(Command.class).name();
    }

    private static boolean hasOption(Class<?> command, String option) {
        return fields(command).stream()
                .map(f -> f.getAnnotation(Option.class))
                .anyMatch(o -> o != null && o.name().equals(option));
    }

    private static Map<Integer, Argument> arguments(Class<?> command) {
        Map<Integer, Argument> arguments = new TreeMap<>();
        for (Field f : fields(command)) {
            Argument a = f.getAnnotation(Argument.class);
            if (a != null) {
                arguments.putIfAbsent(a.index(), a);
            }
        }
        return arguments;
    }

    /** What may stand behind a command: nothing, and all of its arguments, with each kind for a kind. */
    private List<String> words(Class<?> command) {
        List<String> lines = new ArrayList<>(List.of(""));
        List<String> begun = new ArrayList<>(List.of(""));
        for (Argument a : arguments(command).values()) {
            List<String> next = new ArrayList<>();
            for (String line : begun) {
                if (a.name().equals("kind")) {
                    Kind.BUILT_IN.forEach(k -> next.add(line + " " + k.plural()));
                } else if (a.name().equals("files")) {
                    next.add(line + " " + manifest);
                } else {
                    String word = WORDS.getOrDefault(name(command) + " " + a.name(), WORDS.get(a.name()));
                    assertThat(word)
                            .as("what to put for %s of %s", a.name(), name(command))
                            .isNotNull();
                    next.add(line + " " + word);
                }
            }
            lines.addAll(next);
            begun = next;
        }
        if (hasOption(command, "-f")) {
            lines.add(" -f " + manifest);
        }
        return lines;
    }

    /** All lines of a command, with its options. */
    private List<String> lines(Class<?> command) {
        List<String> lines = new ArrayList<>();
        for (String words : words(command)) {
            for (String options : OPTIONS.getOrDefault(name(command), List.of(""))) {
                lines.add("kochab:" + name(command) + words + (options.isEmpty() ? "" : " " + options));
            }
        }
        return lines;
    }

    private static String withTenant(String line, String tenant) {
        int end = line.indexOf(' ');
        return end < 0 ? line + " -t " + tenant : line.substring(0, end) + " -t " + tenant + line.substring(end);
    }

    /** All but a tenant's objects, and the platform's. */
    private Map<String, Resource> others(String tenant) {
        Map<String, Resource> all = resources.all();
        all.keySet().removeIf(k -> k.startsWith(tenant + "|") || k.contains("|Tenant|") || k.contains("|Node|"));
        return all;
    }

    /** Runs a line and looks at what it did. @param session the session's tenant, or null */
    private void check(Class<?> command, String line, @Nullable String session, String expected) throws Exception {
        fill();
        Map<String, Resource> before = others(expected);
        console.session.put(Scope.TENANT, session == null ? "" : session);
        used.clear();
        hurried = hasOption(command, "--timeout");
        try {
            console.run(line);
        } catch (CommandException e) {
            // What is missing or not done is said so.
        } finally {
            hurried = false;
            Thread.interrupted();
        }
        String printed = console.printed();
        String what = line + " in a session of " + session;
        if (OF_ALL.contains(name(command))) {
            if (used.containsAll(TENANTS.subList(0, 3))) {
                everywhere.add(name(command));
            }
            return;
        }
        boolean allTenants = line.contains(" tenants --all");
        assertThat(used)
                .as(what)
                .allMatch(u -> u.equals(expected) || ANYWHERE.contains(u) || allTenants && u.startsWith("Tenant "));
        assertThat(others(expected)).as(what).isEqualTo(before);
        TENANTS.stream()
                .filter(t -> !t.equals(expected))
                .forEach(t -> assertThat(printed).as(what).doesNotContain("only-in-" + t));
    }

    @Test
    void everyCommandWorksInTheTenantThatIsMeantAndInNoOther() throws Exception {
        Files.writeString(
                manifest,
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: made}, data: {a: b}}\n---\n"
                        + "{apiVersion: v1, kind: Secret, metadata: {name: web, namespace: default}}\n");
        int count = 0;
        for (Class<?> command : commands()) {
            boolean scoped = hasOption(command, "-t");
            for (String line : lines(command)) {
                if (!scoped) {
                    // It may name a tenant, but takes none from its session.
                    check(command, line, "theirs", MINE);
                    count++;
                    continue;
                }
                check(command, line, null, Scope.DEFAULT);
                check(command, line, MINE, MINE);
                check(command, withTenant(line, MINE), "theirs", MINE);
                count += 3;
            }
        }
        assertThat(everywhere).isEqualTo(OF_ALL);
        assertThat(count).isGreaterThan(1_500);
    }

    @Test
    void aTenantThatIsNoNameIsRefusedAndStandsForNone() throws Exception {
        Files.writeString(manifest, "{apiVersion: v1, kind: ConfigMap, metadata: {name: made}, data: {a: b}}\n");
        for (Class<?> command : commands()) {
            if (!hasOption(command, "-t")) {
                continue;
            }
            List<String> lines = words(command);
            for (String tenant : List.of("''", "' '", "'*'", "mine,theirs", "../theirs", "Mine")) {
                check(
                        command,
                        withTenant("kochab:" + name(command) + lines.get(lines.size() - 1), tenant),
                        "theirs",
                        "none at all");
            }
        }
    }

    @Test
    void aManifestForAnotherTenantIsNotApplied() throws Exception {
        Files.writeString(
                manifest,
                "{apiVersion: v1, kind: Secret, metadata: {name: web, namespace: default, tenant: theirs}, stringData: {a: c}}\n");
        for (Class<?> command : commands()) {
            if (hasOption(command, "-f")) {
                check(command, "kochab:" + name(command) + " -t mine -f " + manifest, null, MINE);
            }
        }
    }
}
