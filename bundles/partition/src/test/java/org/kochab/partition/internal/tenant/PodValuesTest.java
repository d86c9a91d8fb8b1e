package org.kochab.partition.internal.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kochab.api.link.PodDocument.VolumeFile;
import org.kochab.api.model.ConfigMap;
import org.kochab.api.model.Container.EnvVar;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodStatus;
import org.kochab.api.model.Resource;
import org.kochab.api.model.Secret;
import org.kochab.api.model.TenantId;
import org.kochab.api.node.Claim;
import org.kochab.api.node.PodValues;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceEvent;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceWatch;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.PodGroup;
import org.kochab.spi.scheduler.Scheduler;

/** Config maps and secrets from a manifest into the claim of a pod, and into nothing else. */
class PodValuesTest {
    private static final TenantId T = TestPlane.TENANT;
    private static final String HIDDEN = "swordfish-4711";

    private TestPlane test;
    private LedgerManager manager;

    @BeforeEach
    void start() {
        test = new TestPlane(new Admission()).ready();
        manager = new LedgerManager(test.partitions.partition("rm-1"), test.codec);
        manager.node("n1", "2", 110);
        test.plane.addManager(manager);
        test.plane.addScheduler(new OneNode(), "test", "1.0.0");
    }

    @AfterEach
    void stop() {
        test.close();
    }

    private record OneNode() implements Scheduler {
        @Override
        public String name() {
            return "spread";
        }

        @Override
        public List<Decision> place(ClusterView view, List<PodGroup> groups, long seed) {
            List<Decision> all = new ArrayList<>();
            for (PodGroup g : groups) {
                g.podUids().forEach(uid -> all.add(new Decision.Assigned(uid, "n1", 1)));
            }
            return all;
        }
    }

    private Resource create(String yaml) {
        return test.resources().create(T, test.read(yaml));
    }

    private void values() {
        create(
                """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings}
                data: {colour: "blue $(HOME)", file.conf: "a=1"}
                binaryData: {raw: AP8=}
                """);
        create(
                """
                apiVersion: v1
                kind: Secret
                metadata: {name: login, annotations: {note: %1$s}}
                stringData: {password: %1$s}
                """
                        .formatted(HIDDEN));
    }

    private Pod pod(String name) {
        return (Pod) create(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, labels: {tier: back}}
                spec:
                  containers:
                  - name: main
                    image: "web:1"
                    envFrom:
                    - {prefix: S_, configMapRef: {name: settings}}
                    env:
                    - {name: PASSWORD, valueFrom: {secretKeyRef: {name: login, key: password}}}
                    - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
                    - {name: TIER, valueFrom: {fieldRef: {fieldPath: "metadata.labels['tier']"}}}
                    - {name: NONE, valueFrom: {configMapKeyRef: {name: missing, key: x, optional: true}}}
                    - {name: PLAIN, value: "$(NODE)"}
                  volumes:
                  - {name: conf, configMap: {name: settings, items: [{key: file.conf, path: etc/app.conf, mode: 288}]}}
                  - {name: keys, secret: {secretName: login, defaultMode: 256}}
                """
                        .formatted(name));
    }

    private Pod await(String name, Predicate<Pod> wanted) throws Exception {
        Query one = Query.namespace("default").withFields(Map.of("metadata.name", name));
        var page = test.resources().list(T, Kind.POD, one);
        try (ResourceWatch watch = test.resources().watch(T, Kind.POD, one, page.resourceVersion())) {
            for (Resource r : page.items()) {
                if (wanted.test((Pod) r)) {
                    return (Pod) r;
                }
            }
            long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (System.nanoTime() < end) {
                for (ResourceEvent e : watch.poll(Duration.ofSeconds(1))) {
                    if (e instanceof ResourceEvent.Modified m && wanted.test((Pod) m.resource())) {
                        return (Pod) m.resource();
                    }
                }
            }
        }
        throw new AssertionError(name + " did not become as wanted");
    }

    private static boolean isBound(Pod pod) {
        return pod.spec().nodeName() != null;
    }

    private PodValues values(Claim claim) {
        byte[] sealed = Base64.getDecoder().decode(claim.values());
        return test.codec.decode(test.sealer.open(sealed, claim.sealedFor()), PodValues.class);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aPodTakesItsValuesWithItToItsNode() throws Exception {
        values();
        Pod bound = await(pod("a").metadata().name(), PodValuesTest::isBound);

        Claim claim = manager.claims().get(bound.metadata().uid());
        PodValues values = values(claim);
        assertThat(values.env().get("main"))
                .containsExactly(
                        new EnvVar("S_colour", "blue $$(HOME)"),
                        new EnvVar("S_file.conf", "a=1"),
                        new EnvVar("PASSWORD", HIDDEN),
                        new EnvVar("NODE", "n1"),
                        new EnvVar("TIER", "back"),
                        new EnvVar("PLAIN", "$(NODE)"));
        assertThat(values.files().get("conf")).containsExactly(new VolumeFile("etc/app.conf", 288, base64("a=1")));
        assertThat(values.files().get("keys")).containsExactly(new VolumeFile("password", 256, base64(HIDDEN)));
        // The pod itself says where they come from, not what they are.
        assertThat(claim.spec().containers().get(0).env().get(0).valueFrom()).isNotNull();
    }

    @Test
    void nothingThatIsStoredShowsASecret() throws Exception {
        values();
        await(pod("a").metadata().name(), PodValuesTest::isBound);

        for (String partition : List.of("tp-1", "rm-1")) {
            test.partitions.partition(partition).list("", 10_000).entries().forEach(e -> assertThat(
                            new String(e.value(), StandardCharsets.ISO_8859_1))
                    .as(e.key())
                    .doesNotContain(HIDDEN, base64(HIDDEN)));
        }
        Secret read = (Secret) test.resources()
                .get(new ResourceRef(T, Kind.SECRET, "default", "login"))
                .orElseThrow();
        assertThat(read.data()).containsEntry("password", base64(HIDDEN));
        assertThat(read.stringData()).isEmpty();
        assertThat(read.metadata().annotations()).containsEntry("note", HIDDEN);
        assertThat(read.toString()).doesNotContain(HIDDEN, base64(HIDDEN));
        assertThat(test.resources()
                        .list(T, Kind.SECRET, Query.namespace("default").withFields(Map.of("metadata.name", "login")))
                        .items())
                .hasSize(1);
    }

    @Test
    void aPodWaitsForWhatIsMissingAndSaysSo() throws Exception {
        pod("a");
        Pod waiting = await(
                "a", p -> p.status() != null && !p.status().containerStatuses().isEmpty());
        PodStatus.Waiting why =
                waiting.status().containerStatuses().get(0).state().waiting();
        assertThat(why.reason()).isEqualTo("CreateContainerConfigError");
        assertThat(why.message())
                .isEqualTo("There is no config map settings in namespace default: create it, or make it optional.");
        assertThat(manager.claims()).isEmpty();

        values();
        Pod bound = await("a", PodValuesTest::isBound);
        assertThat(bound.status().containerStatuses()).isEmpty();
        assertThat(manager.claims()).hasSize(1);
    }

    @Test
    void badInputIsNamed() {
        assertThatThrownBy(
                        () -> create(
                                """
                        apiVersion: v1
                        kind: Secret
                        metadata: {name: bad}
                        data: {a: "not base64!", "x/y": YQ==}
                        """))
                .isInstanceOf(ResourceException.class)
                .hasMessageContaining("data[a]: is not base64")
                .hasMessageContaining("data[x/y]: 'x/y' is not a key")
                .hasMessageNotContaining("not base64!");
        values();
        ResourceRef ref = new ResourceRef(T, Kind.CONFIG_MAP, "default", "settings");
        ConfigMap map = (ConfigMap) test.resources().get(ref).orElseThrow();
        ConfigMap fixed = (ConfigMap) test.resources()
                .update(T, new ConfigMap("v1", "ConfigMap", map.metadata(), map.data(), map.binaryData(), true));
        assertThatThrownBy(() -> test.resources()
                        .update(
                                T,
                                new ConfigMap(
                                        "v1", "ConfigMap", fixed.metadata(), Map.of("colour", "red"), null, true)))
                .isInstanceOf(ResourceException.class)
                .hasMessageContaining("cannot be changed in a ConfigMap that is immutable");
    }
}
