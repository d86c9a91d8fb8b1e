package org.kochab.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.kochab.api.codec.Codec;
import org.kochab.api.codec.CodecException;
import org.kochab.api.link.Heartbeat;
import org.kochab.api.model.CustomObject;
import org.kochab.api.model.CustomResourceDefinition;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.Namespace;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Pod;
import org.kochab.api.model.Resource;
import org.kochab.api.node.Claim;

class JacksonCodecTest {
    private static final String DEPLOYMENT =
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: web
              labels: {app: web}
            spec:
              replicas: 3
              selector:
                matchLabels:
                  app: web
              strategy:
                rollingUpdate:
                  maxSurge: 1
                  maxUnavailable: 25%
              template:
                metadata:
                  labels:
                    app: web
                spec:
                  containers:
                  - name: web
                    image: web:1
                    ports:
                    - containerPort: 80
                    resources:
                      requests:
                        cpu: 0.5
                        memory: 64Mi
                      limits:
                        cpu: 1
                    readinessProbe:
                      httpGet:
                        path: /
                        port: 80
            """;

    private final Codec codec = new JacksonCodec();

    @Test
    void onlyRecordComponentsAreFields() {
        var condition = new org.kochab.api.model.Condition("Ready", "True", null, null, null);
        assertThat(new String(codec.encode(condition), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("{\"type\":\"Ready\",\"status\":\"True\"}");
    }

    @Test
    void readsAManifestAsKubernetesWritesIt() {
        Deployment d = (Deployment) strict(DEPLOYMENT).resources().get(0);

        assertThat(d.spec().replicas()).isEqualTo(3);
        assertThat(d.spec().strategy().rollingUpdate().maxSurge()).isEqualTo("1");
        assertThat(d.spec().strategy().rollingUpdate().maxUnavailable()).isEqualTo("25%");
        var container = d.spec().template().spec().containers().get(0);
        assertThat(container.resources().requests()).containsEntry("cpu", "0.5").containsEntry("memory", "64Mi");
        assertThat(container.readinessProbe().httpGet().port()).isEqualTo("80");
    }

    @Test
    void whatIsWrittenReadsBackTheSame() {
        Deployment d = (Deployment) strict(DEPLOYMENT).resources().get(0);

        assertThat(codec.decode(codec.encode(d), Deployment.class)).isEqualTo(d);
        assertThat(strict(codec.yaml(d)).resources()).containsExactly(d);
        assertThat(strict(codec.json(d)).resources()).containsExactly(d);
        assertThat(codec.json(d)).contains("\"maxSurge\" : 1").contains("\"port\" : 80");
    }

    @Test
    void leavesOutWhatIsAbsent() {
        var namespace = new Namespace("v1", "Namespace", ObjectMeta.named("a"), null);

        assertThat(new String(codec.encode(namespace), StandardCharsets.UTF_8))
                .isEqualTo("{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"a\"}}");
    }

    private Instant readTime(String text) {
        String json =
                "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"creationTimestamp\":\"" + text + "\"}}";
        return codec.decode(json.getBytes(StandardCharsets.UTF_8), Namespace.class)
                .metadata()
                .creationTimestamp();
    }

    @Test
    void readsTimesOfAnyPlaceAndPrecision() {
        Random random = new Random(1);
        for (int i = 0; i < 1_000; i++) {
            Instant any = Instant.ofEpochSecond(random.nextLong(253_402_300_800L));
            assertThat(readTime(any.toString())).isEqualTo(any);
        }
        assertThat(readTime("2026-01-31T12:00:00+02:00")).isEqualTo("2026-01-31T10:00:00Z");
        assertThat(readTime("2026-01-31T12:00:00.25Z")).isEqualTo("2026-01-31T12:00:00.250Z");
        for (String wrong : List.of("2026-02-30T12:00:00Z", "2026-01-31T24:00:00Z", "2026-01-31 12:00:00Z", "now")) {
            assertThatThrownBy(() -> readTime(wrong))
                    .isInstanceOf(CodecException.class)
                    .hasMessageContaining("creationTimestamp")
                    .hasMessageContaining("write a time such as");
        }
    }

    @Test
    void writesTimesInWholeSeconds() {
        var meta = ObjectMeta.named("a").created("u", Instant.parse("2026-01-02T03:04:05.678Z"));

        assertThat(new String(codec.encode(meta), StandardCharsets.UTF_8))
                .contains("\"creationTimestamp\":\"2026-01-02T03:04:05Z\"");
    }

    @Test
    void keepsNumbersOfClaims() {
        var claim = codec.decode(
                """
                {"podUid":"u","generation":1,"tenant":"t","namespace":"n","pod":"p","partition":"tp-1","node":"a",
                 "requests":{"cpu":500},"token":7,"spec":{"containers":[{"name":"c"}]}}"""
                        .getBytes(StandardCharsets.UTF_8),
                Claim.class);

        assertThat(claim.requests()).isEqualTo(Map.of("cpu", 500L));
        assertThat(claim.finished()).isFalse();
    }

    @Test
    void unknownFieldIsNamedWithItsPath() {
        assertThatThrownBy(() -> strict(DEPLOYMENT.replace("image: web:1", "imagee: web:1")))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("spec.template.spec.containers[0].imagee is not a field")
                .hasMessageContaining("imagePullPolicy");
    }

    @Test
    void unknownFieldIsDroppedOnRequest() {
        var manifest = codec.manifest(
                DEPLOYMENT.replace("image: web:1", "imagee: web:1").getBytes(StandardCharsets.UTF_8),
                Codec.UnknownFields.WARN);

        assertThat(manifest.warnings())
                .containsExactly("spec.template.spec.containers[0].imagee is not a field and was dropped");
        assertThat(manifest.resources()).hasSize(1);
    }

    @Test
    void whatIsSaidIsShortHoweverLongAFieldsName() {
        byte[] manifest =
                DEPLOYMENT.replace("image: web:1", "? " + "a".repeat(100_000)).getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> codec.manifest(manifest, Codec.UnknownFields.REFUSE))
                .isInstanceOf(CodecException.class)
                .message()
                .startsWith("Deployment: spec.template.spec.containers[0].aaa")
                .endsWith("workingDir")
                .hasSize(4_000);
        assertThat(codec.manifest(manifest, Codec.UnknownFields.WARN).warnings())
                .singleElement()
                .asString()
                .endsWith("a is not a field and was dropped")
                .hasSize(4_000);
    }

    @Test
    void messagesIgnoreUnknownFields() {
        var beat = codec.decode(
                "{\"birth\":1,\"sequence\":2,\"new\":[1]}".getBytes(StandardCharsets.UTF_8), Heartbeat.class);

        assertThat(beat).isEqualTo(new Heartbeat(1, 2, null));
    }

    @Test
    void textMustBeText() {
        assertThatThrownBy(() -> strict(DEPLOYMENT.replace("labels: {app: web}", "labels: {version: 1.10}")))
                .hasMessageContaining(
                        "metadata.labels.version: '1.10' is not right: a text is needed here; put it in quotes");
    }

    @Test
    void readsSeveralDocumentsAnchorsAndLists() {
        var manifest = strict(
                """
                apiVersion: v1
                kind: Namespace
                metadata:
                  name: one
                ---
                # nothing
                ---
                apiVersion: v1
                kind: List
                items:
                - apiVersion: v1
                  kind: Namespace
                  metadata: &m
                    name: two
                    labels: {a: b}
                - apiVersion: v1
                  kind: Pod
                  metadata:
                    <<: *m
                    name: three
                  spec:
                    containers:
                    - name: c
                """);

        assertThat(manifest.resources()).extracting(r -> r.metadata().name()).containsExactly("one", "two", "three");
        assertThat(manifest.resources().get(2)).isInstanceOf(Pod.class);
        assertThat(manifest.resources().get(2).metadata().labels()).containsEntry("a", "b");
    }

    @Test
    void oneWrongDocumentRefusesAll() {
        assertThatThrownBy(() -> strict(
                        "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n---\nkind: Nonsense\napiVersion: v1\n"))
                .hasMessageContaining("document 2: kind 'Nonsense' of apiVersion 'v1' is not known; there are");
    }

    @Test
    void objectsOfAnyKindAreReadAndWrittenInOneForm() {
        String json = "{\"kind\":\"Widget\",\"apiVersion\":\"example.com/v1\",\"z\":{\"b\":[],\"a\":{},\"n\":null},"
                + "\"metadata\":{\"name\":\"w\"},\"a\":[1,2.5,true,\"x\"]}";

        CustomObject object = codec.decode(json.getBytes(StandardCharsets.UTF_8), CustomObject.class);

        assertThat(object.fields().get("a")).isEqualTo(List.of(1L, 2.5, true, "x"));
        assertThat(new String(codec.encode(object), StandardCharsets.UTF_8))
                .isEqualTo("{\"apiVersion\":\"example.com/v1\",\"kind\":\"Widget\",\"metadata\":{\"name\":\"w\"},"
                        + "\"a\":[1,2.5,true,\"x\"],\"z\":{\"a\":{},\"b\":[],\"n\":null}}");
        assertThat(codec.decode(codec.encode(object), CustomObject.class)).isEqualTo(object);
        assertThatThrownBy(() -> codec.decode(
                        json.replace("2.5", "99999999999999999999").getBytes(StandardCharsets.UTF_8),
                        CustomObject.class))
                .hasMessageContaining("a[1]: is a whole number of more than 64 bits");
        assertThatThrownBy(() -> codec.decode(
                        json.replace("{\"name\":\"w\"}", "{\"labels\":7}").getBytes(StandardCharsets.UTF_8),
                        CustomObject.class))
                .hasMessageContaining("metadata.labels");
    }

    @Test
    void aDefinitionIsKnownFromWhereItStands() {
        String definition =
                """
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: widgets.example.com}
                spec:
                  group: example.com
                  scope: Namespaced
                  names: {plural: widgets, kind: Widget}
                  versions:
                  - name: v1
                    served: true
                    storage: true
                    subresources: {status: {}}
                    schema:
                      openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {a: {type: integer}}}}}
                """;
        String widget = "---\napiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {a: 1}\n";

        List<Resource> read = strict(definition + widget).resources();

        assertThat(read.get(1))
                .isEqualTo(new CustomObject(
                        "example.com/v1", "Widget", ObjectMeta.named("w"), Map.of("spec", Map.of("a", 1))));
        CustomResourceDefinition stored = codec.decode(codec.encode(read.get(0)), CustomResourceDefinition.class);
        assertThat(stored).isEqualTo(read.get(0));
        assertThat(stored.kinds().get(0).definition().hasStatus()).isTrue();
        assertThatThrownBy(() -> strict(widget + "---\n" + definition))
                .hasMessageContaining("document 1: kind 'Widget' of apiVersion 'example.com/v1' is not known");
        assertThatThrownBy(() -> strict(definition + widget.replace("a: 1", "b: 1")))
                .hasMessageContaining("document 2: Widget: spec.b is not a field; there are a");
        assertThat(codec.manifest(
                                (definition + widget.replace("a: 1", "b: 1")).getBytes(StandardCharsets.UTF_8),
                                Codec.UnknownFields.WARN)
                        .warnings())
                .containsExactly("document 2: spec.b is not a field and was dropped");
        assertThatThrownBy(() -> strict(definition.replace("scope:", "color: x\n  scope:")))
                .hasMessageContaining("spec.color is not a field");
    }

    @Test
    void boundsWhatItReads() {
        String bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n"
                + "b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
                + "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
                + "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
                + "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\n"
                + "f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n";
        assertThatThrownBy(() -> strict(bomb))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("split it");
        for (String hostile : List.of(
                "[".repeat(10_000),
                "{\"a\":".repeat(10_000),
                "a: ".repeat(100),
                "&a [*a]",
                "- ".repeat(5_000) + "x",
                "!!javax.script.ScriptEngineManager [x]",
                "\u0000",
                "",
                "---\n---\n",
                "a: 1\na: 2",
                "9".repeat(1000))) {
            assertThatThrownBy(() -> strict(hostile))
                    .as(hostile.substring(0, Math.min(20, hostile.length())))
                    .isInstanceOf(CodecException.class);
        }
        assertThatThrownBy(() -> codec.manifest(new byte[2_000_000], Codec.UnknownFields.REFUSE))
                .hasMessageContaining("split it");
    }

    private Codec.Manifest strict(String text) {
        return codec.manifest(text.getBytes(StandardCharsets.UTF_8), Codec.UnknownFields.REFUSE);
    }
}
