package org.kochab.partition.internal.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.CustomObject;
import org.kochab.api.model.CustomResourceDefinition;
import org.kochab.api.model.CustomResourceDefinition.Column;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.resource.Applied.Change;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceEvent;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceWatch;
import org.kochab.controllers.internal.core.ContentsController;
import org.kochab.controllers.internal.core.GarbageCollector;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.controller.ControllerContext;
import org.kochab.spi.controller.Outcome;
import org.kochab.spi.kind.ResourceKind;
import org.kochab.store.memory.MemoryStore;

/** Kinds that are not built in: tenants' own, shared ones, and those of bundles. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class KindsTest {
    private static final TenantId T = TestPlane.TENANT;
    private static final TenantId ACME = new TenantId("acme");

    private static final String SCHEMA =
            """
            type: object
            required: [spec]
            properties:
              spec:
                type: object
                required: [size]
                properties:
                  size: {type: integer, minimum: 1, description: "How large it is."}
                  colour: {type: string, enum: [red, green], default: red}
              status:
                type: object
                properties:
                  phase: {type: string}
            """;

    private static final String WIDGET =
            """
            apiVersion: example.com/v1
            kind: Widget
            metadata: {name: w}
            spec: {size: 3}
            """;

    private final MemoryStore store = new MemoryStore();
    private TestPlane test;

    @BeforeEach
    void start() {
        test = new TestPlane(store).ready();
        add(ContentsController.ofNamespaces());
        add(ContentsController.ofTenants());
        add(ContentsController.ofDefinitions());
        GarbageCollector.all().forEach(this::add);
    }

    @AfterEach
    void stop() {
        test.close();
    }

    private void add(Controller controller) {
        test.plane.addController(controller, "test", "1.0.0");
    }

    private static String definition(String schema) {
        return definition(schema, "{}");
    }

    private static String definition(String schema, String annotations) {
        return """
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: widgets.example.com, annotations: %s}
                spec:
                  group: example.com
                  scope: Namespaced
                  names: {plural: widgets, kind: Widget, shortNames: [wd]}
                  versions:
                  - name: v1
                    served: true
                    storage: true
                    subresources: {status: {}}
                    additionalPrinterColumns:
                    - {name: Size, type: integer, jsonPath: .spec.size}
                    schema:
                      openAPIV3Schema:
                %s
                """
                .formatted(annotations, schema.indent(12));
    }

    private List<Resource> read(TenantId tenant, String yaml) {
        return test.codec
                .manifest(
                        yaml.getBytes(),
                        Codec.UnknownFields.REFUSE,
                        test.resources().kinds(tenant))
                .resources();
    }

    private void apply(TenantId tenant, String yaml) {
        read(tenant, yaml).forEach(r -> test.resources().apply(tenant, r));
    }

    private void apply(String yaml) {
        apply(T, yaml);
    }

    private Kind widgets(TenantId tenant) {
        return test.resources().kinds(tenant).stream()
                .filter(k -> k.name().equals("Widget"))
                .findFirst()
                .orElseThrow();
    }

    private CustomObject widget(TenantId tenant) {
        return (CustomObject) test.resources()
                .get(new ResourceRef(tenant, widgets(tenant), "default", "w"))
                .orElseThrow();
    }

    private CustomObject widget() {
        return widget(T);
    }

    private void newTenant() {
        test.resources()
                .apply(TenantId.SYSTEM, test.read("{apiVersion: kochab.org/v1, kind: Tenant, metadata: {name: acme}}"));
    }

    private static void await(java.util.concurrent.Callable<Boolean> until) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(until);
    }

    private static Map<String, Object> fields(Object... keysAndValues) {
        Map<String, Object> map = new java.util.TreeMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }

    @Test
    void aManifestDefinesAKindAndThenUsesIt() {
        apply(definition(SCHEMA) + "---\n" + WIDGET);

        CustomObject made = widget();
        assertThat(made.spec()).isEqualTo(fields("size", 3L, "colour", "red"));
        assertThat(made.metadata().generation()).isEqualTo(1);
        assertThat(test.resources()
                        .list(T, widgets(T), Query.namespace("default"))
                        .items())
                .containsExactly(made);
        assertThat(test.resources().apply(T, read(T, WIDGET).get(0)).change()).isEqualTo(Change.UNCHANGED);
    }

    @Test
    void whatIsWrongIsNamedAndChangesNothing() {
        apply(definition(SCHEMA));

        CustomObject wrong = (CustomObject) read(T, WIDGET.replace("3", "0")).get(0);
        assertThatThrownBy(() -> test.resources().apply(T, wrong))
                .hasMessage("Widget 'w' is not valid: spec.size: must be at least 1, is 0");
        assertThatThrownBy(() -> apply(WIDGET.replace("size: 3", "size: 3, colour: blue")))
                .hasMessageContaining("spec.colour: 'blue' is not supported; use one of red, green");
        assertThatThrownBy(() -> apply(WIDGET.replace("size: 3", "size: 3, hue: blue")))
                .hasMessageContaining("Widget: spec.hue is not a field; there are colour, size");
        assertThatThrownBy(() -> apply(WIDGET.replace("Widget", "Gadget")))
                .hasMessageContaining("kind 'Gadget' of apiVersion 'example.com/v1' is not known");
        assertThat(test.resources().list(T, widgets(T), Query.namespace(null)).items())
                .isEmpty();
    }

    @Test
    void theGenerationGrowsWithTheSpecAndTheStatusIsWrittenApart() {
        apply(definition(SCHEMA) + "---\n" + WIDGET);

        CustomObject labelled = (CustomObject) test.resources()
                .update(T, widget().withMetadata(widget().metadata().withLabels(Map.of("a", "b"))));
        assertThat(labelled.metadata().generation()).isEqualTo(1);
        CustomObject reported = (CustomObject)
                test.resources().updateStatus(T, labelled.with("status", fields("phase", "Ready", "x", 1)));
        assertThat(reported.status()).isEqualTo(fields("phase", "Ready"));
        assertThat(reported.metadata().generation()).isEqualTo(1);
        CustomObject grown = (CustomObject) test.resources()
                .update(T, reported.with("spec", fields("size", 4)).with("status", fields("phase", "Lost")));
        assertThat(grown.metadata().generation()).isEqualTo(2);
        assertThat(grown.status()).isEqualTo(fields("phase", "Ready"));
        assertThatThrownBy(() -> test.resources().updateStatus(T, grown.with("status", fields("phase", 7))))
                .hasMessageContaining("status.phase: must be a text, is 7");
    }

    @Test
    void aWatchSeesThem() throws Exception {
        apply(definition(SCHEMA));
        String from =
                test.resources().list(T, widgets(T), Query.namespace(null)).resourceVersion();
        try (ResourceWatch watch = test.resources().watch(T, widgets(T), Query.namespace(null), from)) {
            apply(WIDGET);

            List<ResourceEvent> events = watch.poll(Duration.ofSeconds(20));
            assertThat(events).containsExactly(new ResourceEvent.Added(widget()));
        }
    }

    @Test
    void twoTenantsKindsOfOneNameAreUnrelated() {
        newTenant();
        apply(definition(SCHEMA) + "---\n" + WIDGET);
        apply(ACME, definition("{type: object, properties: {text: {type: string}}}"));

        assertThatThrownBy(() -> apply(ACME, WIDGET)).hasMessageContaining("spec is not a field; there are text");
        apply(ACME, WIDGET.replace("spec: {size: 3}", "text: hello"));
        assertThat(widget(ACME).fields()).isEqualTo(fields("text", "hello"));

        test.resources().delete(new ResourceRef(TenantId.SYSTEM, Kind.TENANT, null, "acme"), DeleteOptions.DEFAULT);
        await(() -> test.resources()
                .get(new ResourceRef(TenantId.SYSTEM, Kind.TENANT, null, "acme"))
                .isEmpty());
        assertThat(widget().spec()).containsEntry("size", 3L);
    }

    @Test
    void aDefinitionGoesWithItsObjects() {
        newTenant();
        apply(definition(SCHEMA) + "---\n" + WIDGET);
        apply(ACME, definition(SCHEMA) + "---\n" + WIDGET);
        CustomObject held = widget();
        test.resources().update(T, held.withMetadata(held.metadata().withFinalizers(List.of("example.com/hold"))));
        ResourceRef ref = new ResourceRef(T, Kind.CUSTOM_RESOURCE_DEFINITION, null, "widgets.example.com");

        test.resources().delete(ref, DeleteOptions.DEFAULT);

        await(() -> widget().metadata().deletionTimestamp() != null);
        assertThatThrownBy(() -> apply(WIDGET.replace("name: w", "name: v")))
                .hasMessageContaining("the definition of Widget is being deleted");
        await(() -> {
            // The garbage collector and this test may both write it.
            try {
                CustomObject now = widget();
                test.resources().update(T, now.withMetadata(now.metadata().withFinalizers(List.of())));
                return true;
            } catch (ResourceException e) {
                assertThat(e.reason()).isEqualTo(Reason.CONFLICT);
                return false;
            }
        });
        await(() -> test.resources().get(ref).isEmpty());
        assertThatThrownBy(() -> test.resources().apply(T, held.withMetadata(ObjectMeta.named("w"))))
                .hasMessageContaining("tenant default has no kind 'Widget' of apiVersion 'example.com/v1'");
        assertThat(widget(ACME).spec()).containsEntry("size", 3L);
    }

    @Test
    void aNamespaceGoesWithWhatIsInIt() {
        apply("{apiVersion: v1, kind: Namespace, metadata: {name: other}}");
        apply(definition(SCHEMA) + "---\n" + WIDGET.replace("name: w", "name: w, namespace: other"));
        ResourceRef other = new ResourceRef(T, Kind.NAMESPACE, null, "other");

        test.resources().delete(other, DeleteOptions.DEFAULT);

        await(() -> test.resources().get(other).isEmpty());
        assertThat(test.resources().list(T, widgets(T), Query.namespace(null)).items())
                .isEmpty();
    }

    @Test
    void aSharedKindIsThereForAllAndCannotBeReplaced() {
        newTenant();
        apply(ACME, definition("{type: object, properties: {text: {type: string}}}"));
        apply(ACME, WIDGET.replace("spec: {size: 3}", "text: mine"));
        assertThatThrownBy(() -> apply(definition(SCHEMA, "{kochab.org/crd-sharing-policy: forced}")))
                .hasMessageContaining("only a definition of tenant system can be shared");

        apply(TenantId.SYSTEM, definition(SCHEMA, "{arktos.futurewei.com/crd-sharing-policy: forced}"));
        apply(WIDGET);

        assertThat(widget().spec()).containsEntry("colour", "red");
        assertThatThrownBy(() -> apply(definition(SCHEMA)))
                .hasMessageContaining(
                        "Widget (widgets) of example.com is a kind that is shared, and no tenant can replace it");
        // What the tenant had before is neither shown as the shared kind nor lost.
        assertThat(test.resources()
                        .list(ACME, widgets(ACME), Query.namespace(null))
                        .items())
                .isEmpty();
        ResourceRef shared =
                new ResourceRef(TenantId.SYSTEM, Kind.CUSTOM_RESOURCE_DEFINITION, null, "widgets.example.com");
        assertThatThrownBy(() -> test.resources().delete(shared, DeleteOptions.DEFAULT))
                .hasMessageContaining("is shared, and tenant default still has widgets");
        test.resources().delete(new ResourceRef(T, widgets(T), "default", "w"), DeleteOptions.DEFAULT);
        await(() -> {
            try {
                test.resources().delete(shared, DeleteOptions.DEFAULT);
                return true;
            } catch (ResourceException e) {
                return e.reason() == Reason.NOT_FOUND;
            }
        });
        await(() -> test.resources().get(shared).isEmpty());
        // Shared kinds are remembered for two seconds.
        await(() -> widgets(ACME).isOfTenant());
        assertThat(widget(ACME).fields()).isEqualTo(fields("text", "mine"));
        test.resources()
                .delete(
                        new ResourceRef(ACME, Kind.CUSTOM_RESOURCE_DEFINITION, null, "widgets.example.com"),
                        DeleteOptions.DEFAULT);
        await(() -> test.resources()
                .list(ACME, Kind.CUSTOM_RESOURCE_DEFINITION, Query.namespace(null))
                .items()
                .isEmpty());
    }

    /** A bundle's kind. */
    private record Offered(Set<TenantId> tenants, String schema) implements ResourceKind {
        @Override
        public String group() {
            return "example.com";
        }

        @Override
        public String version() {
            return "v1";
        }

        @Override
        public String kind() {
            return "Widget";
        }

        @Override
        public String plural() {
            return "widgets";
        }

        @Override
        public List<Column> columns() {
            return List.of(Column.of("Size", "integer", ".spec.size"));
        }
    }

    private static final String JSON =
            """
            {"type": "object", "properties": {
              "spec": {"type": "object", "properties": {"size": {"type": "integer", "minimum": 1}}},
              "status": {"type": "object", "properties": {"seen": {"type": "integer"}}}}}
            """;

    @Test
    void aBundlesKindIsServedAsLongAsTheBundleIsThere() {
        newTenant();
        Offered offer = new Offered(Set.of(T), JSON);
        test.plane.addKind(offer, "vendor", "1.0.0");
        apply(WIDGET);
        Kind kind = widgets(T);
        assertThatThrownBy(() -> widgets(ACME)).isInstanceOf(java.util.NoSuchElementException.class);
        assertThatThrownBy(() -> apply(definition(SCHEMA))).hasMessageContaining("no tenant can replace it");

        test.plane.removeKind(offer);

        assertThatThrownBy(() -> test.resources().list(T, kind, Query.namespace(null)))
                .isInstanceOfSatisfying(
                        ResourceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND))
                .hasMessageContaining("no bundle offers it")
                .hasMessageContaining("what was stored of it stays stored");

        test.plane.addKind(new Offered(Set.of(), JSON), "vendor", "1.0.1");
        assertThat(widget().spec()).containsEntry("size", 3L);
        assertThat(widgets(ACME)).isEqualTo(widgets(T));
    }

    @Test
    void anOfferThatIsNotRightIsNotServedAndListed() {
        test.plane.addKind(new Offered(Set.of(), "{\"type\": \"object\", \"properties\": {\"a\": {}}}"), "vendor", "1");

        assertThat(test.resources().kinds(T)).isEqualTo(Kind.BUILT_IN);
        assertThat(test.plane.plugins().plugins())
                .filteredOn(p -> p.kind().equals("kind"))
                .singleElement()
                .satisfies(p -> {
                    assertThat(p.state()).isEqualTo("Unusable");
                    assertThat(p.message()).contains("properties[a].type: is required");
                });
    }

    /** Writes down the size it has seen. */
    private static final class Seeing implements Controller {
        private static final Kind WIDGET = Kind.custom("example.com/v1", "Widget", "widgets", Kind.Scope.NAMESPACE);

        @Override
        public String name() {
            return "seeing";
        }

        @Override
        public Kind kind() {
            return WIDGET;
        }

        @Override
        public List<Kind> owns() {
            return List.of();
        }

        @Override
        public Outcome reconcile(ControllerContext context, ResourceRef object) {
            CustomObject widget = (CustomObject) context.get(object).orElse(null);
            if (widget != null
                    && !widget.spec().get("size").equals(widget.status().get("seen"))) {
                context.updateStatus(
                        object.tenant(),
                        widget.with("status", fields("seen", widget.spec().get("size"))));
            }
            return Outcome.DONE;
        }
    }

    @Test
    void aControllerSeesItsKindAndNotATenantsOwnOfThatName() {
        newTenant();
        apply(ACME, definition(SCHEMA.replace("phase: {type: string}", "seen: {type: integer}")) + "---\n" + WIDGET);
        test.plane.addKind(new Offered(Set.of(T), JSON), "vendor", "1.0.0");
        add(new Seeing());

        apply(WIDGET);
        await(() -> Long.valueOf(3).equals(widget().status().get("seen")));
        apply(WIDGET.replace("3", "5"));
        await(() -> Long.valueOf(5).equals(widget().status().get("seen")));

        assertThat(widget(ACME).status()).isEmpty();
    }

    @Test
    void whatAnObjectOwnsGoesWithIt() {
        apply(definition(SCHEMA) + "---\n" + WIDGET);
        CustomObject owner = widget();
        ObjectMeta.OwnerReference reference = new ObjectMeta.OwnerReference(
                "example.com/v1", "Widget", "w", String.valueOf(owner.metadata().uid()), true, null);
        CustomObject owned =
                (CustomObject) read(T, WIDGET.replace("name: w", "name: v")).get(0);
        test.resources().create(T, owned.withMetadata(owned.metadata().withOwner(reference)));

        test.resources().delete(new ResourceRef(T, widgets(T), "default", "w"), DeleteOptions.DEFAULT);

        await(() -> test.resources()
                .list(T, widgets(T), Query.namespace(null))
                .items()
                .isEmpty());
    }

    @Test
    void anotherLeaderAndAnotherPartitionHaveThem() throws Exception {
        apply(definition(SCHEMA) + "---\n" + WIDGET);
        CustomObject before = widget();

        test.close();
        start();

        assertThat(widget().fields()).isEqualTo(before.fields());
        assertThat(widget().metadata().resourceVersion())
                .isEqualTo(before.metadata().resourceVersion());
        test.partitions.create("tp-2", PartitionKind.TENANT);
        test.plane.lead(test.partitions.partition("tp-2"));
        test.plane.moves().begin(T, new PartitionId("tp-2"));
        test.plane.moves().await(T, Duration.ofSeconds(60)).orElseThrow();
        assertThat(test.plane.directory().partition(T)).isEqualTo(new PartitionId("tp-2"));
        assertThat(widget().fields()).isEqualTo(before.fields());
        assertThat(widget().metadata().uid()).isEqualTo(before.metadata().uid());
        apply(WIDGET.replace("3", "4"));
        assertThat(widget().metadata().generation()).isEqualTo(2);
    }

    @Test
    void oneKindInTwoVersionsIsOneSetOfObjects() {
        String beta =
                """
                - name: v1beta1
                  served: true
                  storage: false
                  schema:
                    openAPIV3Schema:
                """;
        String two = definition(SCHEMA).replace("  versions:\n", "  versions:\n" + beta.indent(2) + SCHEMA.indent(12));
        apply(two + "---\n" + WIDGET.replace("v1", "v1beta1"));

        assertThat(widgets(T).apiVersion()).isEqualTo("example.com/v1");
        assertThat(widget().apiVersion()).isEqualTo("example.com/v1");
        Kind older = test.resources().kinds(T).stream()
                .filter(k -> k.apiVersion().equals("example.com/v1beta1"))
                .findFirst()
                .orElseThrow();
        Resource old =
                test.resources().get(new ResourceRef(T, older, "default", "w")).orElseThrow();
        assertThat(old.apiVersion()).isEqualTo("example.com/v1beta1");
        assertThat(test.resources()
                        .apply(T, read(T, WIDGET.replace("v1", "v1beta1")).get(0))
                        .change())
                .isEqualTo(Change.UNCHANGED);
        assertThatThrownBy(() -> apply(
                        two.replace("minimum: 1,", "").replaceFirst("type: integer,", "type: integer, minimum: 2,")))
                .hasMessageContaining("objects are not converted between versions");
    }

    @Test
    void aDefinitionThatIsWrongIsRefusedByName() {
        assertThatThrownBy(() -> apply(definition("{type: object, properties: {a: {description: x}}}")))
                .isInstanceOfSatisfying(
                        ResourceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID))
                .hasMessageContaining("openAPIV3Schema.properties[a].type: is required: the schema must be structural");
        assertThatThrownBy(() -> apply(definition(SCHEMA).replace("name: widgets.example.com", "name: w.example.com")))
                .hasMessageContaining("metadata.name: must be spec.names.plural and spec.group");
        assertThatThrownBy(() -> apply(definition(SCHEMA).replace("jsonPath: .spec.size", "jsonPath: ..size")))
                .hasMessageContaining("additionalPrinterColumns[0].jsonPath: '..size' is not understood");
        apply(definition(SCHEMA));
        assertThatThrownBy(() -> apply(definition(SCHEMA).replace("kind: Widget", "kind: Gadget")))
                .hasMessageContaining("spec.names: kind and plural cannot be changed");
        CustomResourceDefinition stored = (CustomResourceDefinition) test.resources()
                .get(new ResourceRef(T, Kind.CUSTOM_RESOURCE_DEFINITION, null, "widgets.example.com"))
                .orElseThrow();
        assertThat(stored.status().storedVersions()).containsExactly("v1");
        assertThat(stored.status().conditions()).extracting("type").containsExactly("NamesAccepted", "Established");
    }
}
