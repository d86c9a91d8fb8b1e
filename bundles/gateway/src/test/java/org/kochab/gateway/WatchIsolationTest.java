package org.kochab.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceService;
import org.kochab.gateway.TestServer.User;
import org.kochab.gateway.internal.http.Limits;

/** One tenant watches all that it may while another one of the same partition changes objects of every kind. */
@Timeout(180)
class WatchIsolationTest {
    private static final Limits LIMITS = new Limits(1_024, 200_000, 8_192, 60, 120, 8, 64, 1_000_000);
    private static final int WATCHES = 600;
    private static final String NAME = "seen";
    private static final TenantId VICTIM = new TenantId("victim");
    private static final TenantId OTHER = new TenantId("other");

    /** A watch, and what came on it. */
    private record Watched(Kind kind, String path, Queue<String> lines) {
        /** All of a kind, and those of one name in one namespace. */
        static List<Watched> all(User user, Kind kind) throws Exception {
            boolean namespaced = kind.scope() == Kind.Scope.NAMESPACE;
            String root = (kind.group().isEmpty() ? "/api/" : "/apis/") + kind.apiVersion() + "/";
            String all = root + kind.plural();
            String one = root + (namespaced ? "namespaces/default/" : "") + kind.plural();
            String from = "?watch=1&resourceVersion="
                    + user.get(all)
                            .body()
                            .path("metadata")
                            .path("resourceVersion")
                            .asText();
            List<Watched> watches = new ArrayList<>();
            for (String path : List.of(
                    all + from + "&allowWatchBookmarks=1",
                    one + from + "&fieldSelector=metadata.name%3D" + EveryKind.name(kind, NAME))) {
                watches.add(new Watched(kind, path, new ConcurrentLinkedQueue<>()).begin(user));
            }
            return watches;
        }

        private Watched begin(User user) throws Exception {
            Stream<String> coming = user.lines(path);
            Thread reader = new Thread(() -> coming.forEach(lines::add), "test-" + path);
            reader.setDaemon(true);
            reader.start();
            return this;
        }

        boolean hasAdded() {
            return lines.stream().anyMatch(l -> l.contains("\"type\":\"ADDED\""));
        }
    }

    /** Makes, changes and deletes an object. */
    private static int change(ResourceService resources, Kind kind, Resource object) {
        Resource made = resources.create(VICTIM, object);
        Resource labelled =
                resources.update(VICTIM, made.withMetadata(made.metadata().withLabels(Map.of("changed", "yes"))));
        resources.delete(ResourceRef.of(kind, labelled), DeleteOptions.DEFAULT);
        return 3;
    }

    private static Kind kind(Resource object, List<Kind> kinds) {
        return kinds.stream()
                .filter(k -> k.name().equals(object.kind()) && k.apiVersion().equals(object.apiVersion()))
                .findFirst()
                .orElseThrow();
    }

    private static void requireOwn(Watched watched) throws Exception {
        for (String line : watched.lines()) {
            JsonNode event = TestServer.json(line);
            JsonNode meta = event.path("object").path("metadata");
            if (event.path("type").asText().equals("BOOKMARK")) {
                assertThat(watched.path()).contains("allowWatchBookmarks");
                assertThat(event.path("object").fieldNames())
                        .toIterable()
                        .containsExactlyInAnyOrder("kind", "apiVersion", "metadata");
                meta.fieldNames().forEachRemaining(f -> assertThat(f).isIn("resourceVersion", "creationTimestamp"));
            } else {
                assertThat(event.path("type").asText()).as(line).isIn("ADDED", "MODIFIED", "DELETED");
                assertThat(meta.path("tenant").asText()).as(line).isEqualTo("other");
            }
        }
    }

    @Test
    void changesInOneTenantAreNoEventsInAnother() throws Exception {
        try (TestServer server = new TestServer(LIMITS, WATCHES)) {
            server.tenant("victim");
            server.tenant("other");
            for (String tenant : List.of("victim", "other")) {
                server.apply(tenant, EveryKind.definitions("text"));
            }
            User user = server.user("other");
            List<Kind> kinds = EveryKind.all();
            List<Watched> watches = new ArrayList<>();
            for (Kind kind : kinds) {
                if (kind.scope() != Kind.Scope.PLATFORM) {
                    watches.addAll(Watched.all(user, kind));
                }
            }
            String manifest = EveryKind.builtIn(NAME) + "\n---\n" + EveryKind.objects(NAME, "text");
            List<Resource> theirs = server.read("victim", manifest);
            List<Resource> ours = server.read("other", manifest);
            List<Kind> changed = new ArrayList<>();
            int changes = 0;
            for (int i = 0; i < theirs.size(); i++) {
                Kind kind = kind(theirs.get(i), kinds);
                changes += change(server.resources(), kind, theirs.get(i));
                // Its events come behind all that was before them.
                server.resources().create(OTHER, ours.get(i));
                watches.stream().filter(w -> w.kind().equals(kind)).forEach(w -> await().pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(10))
                        .atMost(Duration.ofSeconds(30))
                        .alias(w.path())
                        .until(w::hasAdded));
                changed.add(kind);
            }
            kinds.removeAll(EveryKind.NONE);
            assertThat(changed).containsExactlyInAnyOrderElementsOf(kinds);
            for (Watched watched : watches) {
                requireOwn(watched);
            }
            assertThat(watches.size() * changes).isGreaterThan(4_000);
        }
    }
}
