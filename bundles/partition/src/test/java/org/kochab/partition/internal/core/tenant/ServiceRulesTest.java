package org.kochab.partition.internal.core.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Endpoints;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Resource;
import org.kochab.api.model.Service;
import org.kochab.api.model.TenantId;

class ServiceRulesTest {
    private static Service service(@Nullable String type, @Nullable String clusterIp, Service.Port... ports) {
        return new Service(
                "v1",
                "Service",
                ObjectMeta.named("web"),
                new Service.Spec(type, clusterIp, Map.of("app", "web"), List.of(ports), null, null, null),
                null);
    }

    private static Service.Port port(@Nullable String name, int port, @Nullable String target) {
        return new Service.Port(name, null, port, target, null);
    }

    private static Resource draft(Resource resource) {
        return new ObjectRules().drafts(new TenantId("acme")).draft(resource);
    }

    @Test
    void whatIsLeftOutIsFilledIn() {
        Service.Spec spec = ((Service) draft(service(null, null, port(null, 80, null)))).spec();
        assertThat(spec.type()).isEqualTo("ClusterIP");
        assertThat(spec.clusterIP()).isEqualTo("None");
        assertThat(spec.ports()).containsExactly(new Service.Port(null, "TCP", 80, "80", null));
    }

    @Test
    void wrongFieldsAreNamed() {
        assertThatThrownBy(() -> draft(service("Cluster", "10.1.2.3", port(null, 0, null), port("a", 70_000, "Http"))))
                .hasMessageContaining("spec.type")
                .hasMessageContaining("spec.clusterIP: cannot be chosen")
                .hasMessageContaining("spec.ports[0].name: is required")
                .hasMessageContaining("spec.ports[0].port: 0 is no port")
                .hasMessageContaining("spec.ports[1].port: 70000 is no port")
                .hasMessageContaining("spec.ports[1].targetPort");
        assertThatThrownBy(() -> draft(service("ExternalName", null)))
                .hasMessageContaining("spec.externalName: is required");
    }

    @Test
    void endpointsAreChecked() {
        var subset = new Endpoints.Subset(
                List.of(new Endpoints.Address("nowhere", null, null, null)),
                List.of(),
                List.of(new Endpoints.Port(null, "http", "TCP")));
        assertThatThrownBy(() -> draft(new Endpoints("v1", "Endpoints", ObjectMeta.named("web"), List.of(subset))))
                .hasMessageContaining("subsets[0].addresses[0].ip: 'nowhere' is no address")
                .hasMessageContaining("subsets[0].ports[0].port: 'http' is no port");
    }
}
