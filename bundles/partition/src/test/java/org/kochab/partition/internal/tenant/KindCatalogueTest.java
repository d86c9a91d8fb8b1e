package org.kochab.partition.internal.tenant;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.CustomResourceDefinition;
import org.kochab.api.model.Kind;
import org.kochab.api.model.TenantId;
import org.kochab.codec.JacksonCodec;
import org.kochab.partition.internal.core.tenant.ObjectRules;

class KindCatalogueTest {
    private static final TenantId T = new TenantId("acme");
    private static final String WIDGETS =
            """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: widgets.example.com, tenant: system, annotations: {kochab.org/crd-sharing-policy: forced}}
            spec:
              group: example.com
              scope: Namespaced
              names: {plural: widgets, kind: Widget}
              versions:
              - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
            """;

    private final CustomResourceDefinition widgets = (CustomResourceDefinition) new JacksonCodec()
            .manifest(WIDGETS.getBytes(UTF_8), Codec.UnknownFields.REFUSE)
            .resources()
            .get(0);
    private final KindCatalogue kinds = new KindCatalogue(new ObjectRules());

    @Test
    void whoReadsWhileASharedDefinitionIsWrittenRemembersNothingOlder() {
        AtomicReference<List<CustomResourceDefinition>> stored = new AtomicReference<>(List.of());
        kinds.readBy(tenant -> {
            if (!tenant.equals(TenantId.SYSTEM)) {
                return List.of();
            }
            List<CustomResourceDefinition> read = stored.getAndSet(List.of(widgets));
            if (read.isEmpty()) {
                kinds.forget();
            }
            return read;
        });

        assertThat(names()).doesNotContain("Widget");
        assertThat(names()).contains("Widget");
    }

    private List<String> names() {
        return kinds.lookup(T).kinds().stream().map(Kind::name).toList();
    }
}
