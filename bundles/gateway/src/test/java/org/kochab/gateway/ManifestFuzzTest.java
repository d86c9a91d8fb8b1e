package org.kochab.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kochab.gateway.FuzzText.repeated;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.MethodSource;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.CustomObject;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.codec.JacksonCodec;
import org.kochab.resourcetext.ResourceTables;

/** Whatever is applied: each object of it is one that can be stored, read again and shown, or is refused for a reason. Objects named {@code a} are changed, others made. */
class ManifestFuzzTest {
    private static final int MOST_BYTES = 1_600_000;
    private static final int MOST_OBJECTS = 50;
    private static final ResourceTables.Shape WIDE = new ResourceTables.Shape(true, false, false);

    private static final List<String> OF_OPERATORS = List.of("Tenant", "Node", "DaemonSet");

    private static final Codec CODEC = new JacksonCodec();
    private static FuzzPlatform platform;
    private static List<Kind> kinds;

    @BeforeAll
    static void start() throws Exception {
        platform = new FuzzPlatform();
        kinds = platform.resources().kinds(FuzzPlatform.TENANT);
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    static Stream<byte[]> manifests() throws IOException {
        String pod =
                "{apiVersion: v1, kind: Pod, metadata: {name: b}, spec: {containers: [{name: main, image: registry.local/w:1}]";
        String beacon = "{apiVersion: example.com/v1, kind: Beacon, metadata: {name: a}, spec: ";
        String definition =
                "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: c.example.org}\n"
                        + "spec: {group: example.org, scope: Namespaced, names: {kind: C, plural: c, shortNames: [c]}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: ";
        Stream<String> hostile = Stream.of(
                "a: &a [1,1,1]\nb: &b [*a,*a,*a]\nc: &c [*b,*b,*b]\nd: [*c,*c,*c]\nkind: Pod\napiVersion: v1\nmetadata: {name: b}",
                "&x {apiVersion: v1, kind: ConfigMap, metadata: {name: b}, data: *x}",
                "apiVersion: v1\nkind: ConfigMap\n<<: {metadata: {name: b}}\ndata: {<<: [{a: b}, {c: d}], e: 'f'}",
                beacon + "{free: " + repeated(6, "[") + "1" + repeated(6, "]") + "}}",
                "{\"apiVersion\":\"example.com/v1\",\"kind\":\"Beacon\",\"metadata\":{\"name\":\"a\"},\"spec\":{\"free\":{\"a\":"
                        + repeated(6, "[") + repeated(6, "]") + "}}}",
                beacon
                        + "{free: {a: 1e999999999, b: .inf, c: 0x1F, d: 0o17, e: 1_000, f: 12:30, g: !!binary aGk=, h: ~}, ratio: 1e-999999999}}",
                beacon
                        + "{seconds: 1e2, at: 1.0, ratio: .nan, since: 2026-01-31, parts: [null, {}], keys: [x, x], map: {a: null}}}",
                beacon + "{name: " + repeated(7, "a-") + "}}",
                beacon + "{since: '+999999999-12-31T23:59:59Z'}}",
                definition + "{type: object, properties: {a: {type: string, pattern: '(a+)+$', default: aaaa!}}}}}]}",
                definition + "{type: object}}, additionalPrinterColumns: [{name: N, type: string, jsonPath: ."
                        + repeated(7, "a") + "}]}]}",
                definition
                        + "{type: object, properties: {spec: {type: object, allOf: [{not: {}}], anyOf: [], oneOf: [{required: [a]}]}}}}}]}",
                definition.replace("group: example.org", "group: " + repeated(7, "a.") + "a") + "{type: object}}}]}",
                definition.replace("shortNames: [c]", "shortNames: [null], categories: [null]")
                        + "{type: object, properties: {a: null}}}}, null]}",
                pod
                        + ", nodeSelector: {zone: null}, tolerations: [null], topologySpreadConstraints: [{}], volumes: [null]}}",
                pod
                        + ", terminationGracePeriodSeconds: 9223372036854775807, activeDeadlineSeconds: -1, priority: 99999999999}}",
                pod
                        + ", initContainers: [{name: main, resources: {requests: {cpu: 1e99, memory: -1, x: ''}}, ports: [{containerPort: 70000, protocol: X}, null]}]}}",
                "{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: List, items: [" + pod + "}}]}]}",
                "apiVersion: v1\nkind: Pod\nkind: Pod\nmetadata: {name: b}",
                "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"kind\":\"Pod\"}{\"apiVersion\":1}",
                "apiVersion: v1\nkind: Event\nmetadata: {name: b}\nreason: x\ntype: Normal\nmessage: m\ncount: 2\nfirstTimestamp: 2026-01-31T12:00:00.123456789+18:00\n"
                        + "lastTimestamp: -999999999-01-01T00:00:00Z\ninvolvedObject: {kind: Pod, name: a, namespace: default}",
                "apiVersion: v1\nkind: Endpoints\nmetadata: {name: b}\nsubsets: [{addresses: [{ip: 10.0.0.1}], ports: [{port: 80}]}, null]",
                "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: b}\nspec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], persistentVolumeReclaimPolicy: Retain, storageClassName: a}",
                "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: b}\nrules: [{nonResourceURLs: ['/x/*'], verbs: ['*']}, {verbs: [null]}, null]",
                "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: b}\nroleRef: {kind: ClusterRole, name: view}\nsubjects: [null, {kind: Group, name: g}]",
                "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: b}\nspec: {schedule: '0 0 30 2 *', timeZone: '../etc', jobTemplate: {spec: {template: null}}}",
                "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: b}\nspec: {selector: {matchLabels: {app: d}}, template: {metadata: {labels: {app: d}}, spec: {containers: [{name: main, image: registry.local/w:1}]}}}",
                "apiVersion: kochab.org/v1\nkind: Tenant\nmetadata: {name: b}\nspec: {}",
                "apiVersion: v1\nkind: Node\nmetadata: {name: b}\nspec: {unschedulable: true, taints: [{key: a, effect: NoSchedule}]}",
                "apiVersion: v1\nkind: Secret\nmetadata: {name: b}\ntype: kubernetes.io/tls\ndata: {a: '===', b: aGk=}\nstringData: {c: null}",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: b-, labels: {a: b}, annotations: {"
                        + repeated(6, "a")
                        + ": b}, ownerReferences: [{apiVersion: v1, kind: Pod, name: a, uid: x, controller: true}, null]}");
        return Stream.concat(FuzzText.objects(), hostile).map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("manifests")
    @FuzzTest
    void manifest(byte[] bytes) {
        byte[] text = FuzzText.expand(bytes, MOST_BYTES);
        FuzzPlatform.unlessRefused(() -> CODEC.manifest(text, Codec.UnknownFields.REFUSE, kinds));
        List<Resource> objects = new ArrayList<>();
        FuzzPlatform.unlessRefused(() -> objects.addAll(
                CODEC.manifest(text, Codec.UnknownFields.WARN, kinds).resources()));
        objects.stream().limit(MOST_OBJECTS).forEach(object -> {
            // What is sent without a check is stored by nobody, but it is written to be compared with what is.
            FuzzPlatform.unlessRefused(() -> CODEC.encode(object));
            TenantId tenant = OF_OPERATORS.contains(object.kind()) ? TenantId.SYSTEM : FuzzPlatform.TENANT;
            FuzzPlatform.unlessRefused(
                    () -> show(platform.resources().dryRun(tenant, object).resource()));
        });
    }

    private static void show(Resource object) {
        byte[] stored = CODEC.encode(object);
        Resource read = CODEC.decode(stored, object.getClass());
        assertThat(CODEC.encode(read))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo(new String(stored, StandardCharsets.UTF_8));
        CODEC.yaml(object);
        Kind kind = kinds.stream()
                .filter(k -> k.name().equals(object.kind()) && k.apiVersion().equals(object.apiVersion()))
                .findFirst()
                .orElseThrow();
        ResourceTables.of(kind, List.of(object), WIDE, Instant.EPOCH);
        assertThat(object instanceof CustomObject).isEqualTo(kind.isCustom());
    }
}
