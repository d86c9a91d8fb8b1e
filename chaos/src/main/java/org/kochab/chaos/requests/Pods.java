package org.kochab.chaos.requests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Many pods of many deployments, and what is asked of them: of ten requests four read a pod, one lists a page of a namespace, one the pods of a deployment by their label,
 * one reads a deployment, one labels a pod, one replaces a config map, and one makes a config map or deletes it.
 */
final class Pods implements Mix {
    private static final String READ = "get pod";
    private static final List<String> KINDS = List.of(
            READ,
            "list page",
            READ,
            "label pod",
            "list by label",
            READ,
            "put config map",
            "get deployment",
            READ,
            "make or delete config map");
    private static final int NAMESPACES = 100;
    private static final int REPLICAS = 100;
    /** Deployments of which all pods are known by name. */
    private static final int KNOWN = 100;

    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(15);
    private static final String MERGE = "application/merge-patch+json";

    private record Pod(String namespace, String name) {
        String path() {
            return core(namespace) + "/pods/" + name;
        }
    }

    private final ObjectMapper json = new ObjectMapper();
    private final int deployments;
    private final List<Pod> known = new ArrayList<>();
    private final List<SplittableRandom> chance = new ArrayList<>();
    /** Of each connection, whether its config map that comes and goes is there. */
    private final boolean[] there;

    /** @param connections that will ask */
    Pods(int pods, int connections) {
        this.deployments = Math.max(1, pods / REPLICAS);
        this.there = new boolean[connections];
        for (int i = 0; i < connections; i++) {
            chance.add(new SplittableRandom(i));
        }
    }

    int count() {
        return deployments * REPLICAS;
    }

    private static String namespace(int deployment) {
        return "space-" + deployment % NAMESPACES;
    }

    private static String core(String namespace) {
        return "/api/v1/namespaces/" + namespace;
    }

    private static String apps(String namespace) {
        return "/apis/apps/v1/namespaces/" + namespace + "/deployments";
    }

    private static String deployment(int number) {
        return """
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web-%1$d"},"spec":{"replicas":%2$d,
                "selector":{"matchLabels":{"app":"web-%1$d"}},"template":{"metadata":{"labels":{"app":"web-%1$d"}},"spec":{"runtimeClassName":"process",
                "containers":[{"name":"main","command":["sleep","86400"],"resources":{"requests":{"cpu":"10m","memory":"64Mi"}}}]}}}}
                """
                .formatted(number, REPLICAS);
    }

    /** Makes all and waits until all run. */
    void begin(Connection connection) throws IOException, InterruptedException {
        for (int i = 0; i < NAMESPACES; i++) {
            made(connection.ask(
                    "POST",
                    "/api/v1/namespaces",
                    "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"" + namespace(i) + "\"}}"));
        }
        for (int i = 0; i < deployments; i++) {
            made(connection.ask("POST", apps(namespace(i)), deployment(i)));
        }
        long begun = System.nanoTime();
        while (!allRun(connection)) {
            if (System.nanoTime() - begun > PATIENCE_NANOS) {
                throw new IOException("not all " + count() + " pods run");
            }
            TimeUnit.SECONDS.sleep(5);
        }
        for (int i = 0; i < Math.min(KNOWN, deployments); i++) {
            for (JsonNode pod : items(connection, labelled(i * deployments / Math.min(KNOWN, deployments)))) {
                known.add(new Pod(
                        pod.at("/metadata/namespace").asText(),
                        pod.at("/metadata/name").asText()));
            }
        }
    }

    private static void made(Connection.Answer answer) throws IOException {
        if (!answer.isSuccess()) {
            throw new IOException("not made: the answer is " + answer.code());
        }
    }

    /** Hollow nodes say of no pod that it is ready. */
    private boolean allRun(Connection connection) throws IOException {
        int made = 0;
        for (int i = 0; i < NAMESPACES; i++) {
            for (JsonNode deployment : items(connection, apps(namespace(i)))) {
                made += deployment.at("/status/replicas").asInt();
            }
            String others = core(namespace(i)) + "/pods?fieldSelector=status.phase!%3DRunning";
            if (!items(connection, others).isEmpty()) {
                return false;
            }
        }
        return made == count();
    }

    private JsonNode items(Connection connection, String path) throws IOException {
        return json.readTree(connection.ask("GET", path, "").body()).path("items");
    }

    private static String labelled(int deployment) {
        return core(namespace(deployment)) + "/pods?labelSelector=app%3Dweb-" + deployment;
    }

    @Override
    public int kinds() {
        return KINDS.size();
    }

    @Override
    public String name(int kind) {
        return KINDS.get(kind);
    }

    private static String own(int number) {
        return core(namespace(number)) + "/configmaps";
    }

    @Override
    public Connection.Answer prepare(Connection connection, int number) throws IOException {
        return connection.ask("POST", own(number), ConfigMaps.map("load-" + number, 0));
    }

    @Override
    public Connection.Answer ask(Connection connection, int number, int kind, long cycle) throws IOException {
        SplittableRandom random = chance.get(number);
        Pod pod = known.get(random.nextInt(known.size()));
        int deployment = random.nextInt(deployments);
        return switch (KINDS.get(kind)) {
            case READ -> connection.ask("GET", pod.path(), "");
            case "list page" -> connection.ask("GET", core(pod.namespace()) + "/pods?limit=50", "");
            case "list by label" -> connection.ask("GET", labelled(deployment), "");
            case "get deployment" -> connection.ask("GET", apps(namespace(deployment)) + "/web-" + deployment, "");
            case "label pod" ->
                connection.ask("PATCH", pod.path(), MERGE, "{\"metadata\":{\"labels\":{\"round\":\"" + cycle + "\"}}}");
            case "put config map" ->
                connection.ask("PUT", own(number) + "/load-" + number, ConfigMaps.map("load-" + number, cycle));
            default -> comeOrGo(connection, number);
        };
    }

    private Connection.Answer comeOrGo(Connection connection, int number) throws IOException {
        there[number] = !there[number];
        return there[number]
                ? connection.ask("POST", own(number), ConfigMaps.map("short-" + number, 0))
                : connection.ask("DELETE", own(number) + "/short-" + number, "");
    }
}
