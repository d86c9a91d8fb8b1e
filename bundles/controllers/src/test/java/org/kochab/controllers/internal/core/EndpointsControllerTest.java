package org.kochab.controllers.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Condition;
import org.kochab.api.model.Container;
import org.kochab.api.model.Endpoints;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.PodStatus;
import org.kochab.api.model.Service;
import org.kochab.api.resource.DeleteOptions;

class EndpointsControllerTest {
    private final World world = new World(new EndpointsController(), new EndpointsOfPods());

    private void service(Map<String, String> selector, String... targetPorts) {
        List<Service.Port> ports = new java.util.ArrayList<>();
        for (String p : targetPorts) {
            ports.add(new Service.Port("p" + p, "TCP", 80, p, null));
        }
        var spec = new Service.Spec("ClusterIP", "None", selector, ports, null, null, null);
        world.create(World.T, new Service("v1", "Service", Sample.meta("web"), spec, null));
        world.settle();
    }

    private Pod pod(String name, @Nullable String ip, boolean ready, int port) {
        Container container = Container.builder()
                .name("c")
                .ports(List.of(new Container.Port("http", port, null, null, null)))
                .build();
        Pod pod = Sample.pod(name)
                .withSpec(PodSpec.builder()
                        .containers(List.of(container))
                        .nodeName("n1")
                        .build());
        world.create(World.T, pod);
        report(name, "Running", ip, ready);
        return pod;
    }

    private void report(String name, String phase, @Nullable String ip, boolean ready) {
        Pod pod = world.one(Kind.POD, name, Pod.class);
        var condition = new Condition("Ready", ready ? "True" : "False", null, null, world.now());
        world.updateStatus(
                World.T,
                pod.withStatus(new PodStatus(
                        phase, null, null, null, ip, world.now(), List.of(condition), List.of(), List.of(), null)));
        world.settle();
    }

    private List<String> addresses(boolean ready) {
        return world.one(Kind.ENDPOINTS, "web", Endpoints.class).subsets().stream()
                .flatMap(s -> (ready ? s.addresses() : s.notReadyAddresses())
                        .stream()
                                .map(a -> a.targetRef().name() + " " + a.ip() + ":"
                                        + s.ports().get(0).port()))
                .toList();
    }

    @Test
    void podsComeAndGo() {
        service(Sample.LABELS, "http");
        assertThat(world.one(Kind.ENDPOINTS, "web", Endpoints.class).subsets()).isEmpty();
        pod("a", "10.0.0.1", true, 8080);
        pod("b", "10.0.0.2", false, 8080);
        pod("c", null, true, 8080);
        pod("d", "10.0.0.4", true, 9090);
        assertThat(addresses(true)).containsExactlyInAnyOrder("a 10.0.0.1:8080", "d 10.0.0.4:9090");
        assertThat(addresses(false)).containsExactly("b 10.0.0.2:8080");
        report("b", "Running", "10.0.0.2", true);
        report("d", "Succeeded", "10.0.0.4", false);
        assertThat(addresses(true)).containsExactly("a 10.0.0.1:8080", "b 10.0.0.2:8080");
        Pod a = world.one(Kind.POD, "a", Pod.class);
        world.change(a.withMetadata(a.metadata().withLabels(Map.of("app", "other"))));
        world.settle();
        assertThat(addresses(true)).containsExactly("b 10.0.0.2:8080");
        world.podsEnd = false;
        world.delete(world.one(Kind.POD, "b", Pod.class), DeleteOptions.DEFAULT);
        world.settle();
        assertThat(addresses(false)).containsExactly("b 10.0.0.2:8080");
    }

    @Test
    void aPodThatIsGoneIsTakenOut() {
        service(Sample.LABELS, "8080");
        pod("a", "10.0.0.1", true, 1);
        assertThat(addresses(true)).hasSize(1);
        Pod a = world.one(Kind.POD, "a", Pod.class);
        world.delete(a, DeleteOptions.DEFAULT);
        new EndpointsOfPods().reconcile(world, org.kochab.api.resource.ResourceRef.of(Kind.POD, a));
        assertThat(addresses(true)).isEmpty();
    }

    @Test
    void moreThanItsCapacityAreCutOffAndComeBack() {
        service(Sample.LABELS, "80");
        for (int i = 0; i <= EndpointsController.MOST_ADDRESSES; i++) {
            Pod pod = Sample.pod("p" + (10_000 + i));
            world.create(World.T, pod);
            Pod stored = world.one(Kind.POD, "p" + (10_000 + i), Pod.class);
            world.updateStatus(
                    World.T,
                    stored.withStatus(new PodStatus(
                            "Running",
                            null,
                            null,
                            null,
                            "10.0." + i / 256 + "." + i % 256,
                            null,
                            List.of(),
                            List.of(),
                            List.of(),
                            null)));
        }
        world.settle();
        Endpoints full = world.one(Kind.ENDPOINTS, "web", Endpoints.class);
        assertThat(addresses(false)).hasSize(EndpointsController.MOST_ADDRESSES);
        assertThat(full.metadata().annotations()).containsEntry(EndpointsController.OVER_CAPACITY, "truncated");
        Pod first = world.one(Kind.POD, "p10000", Pod.class);
        world.delete(first, DeleteOptions.DEFAULT);
        new EndpointsOfPods().reconcile(world, org.kochab.api.resource.ResourceRef.of(Kind.POD, first));
        assertThat(addresses(false))
                .hasSize(EndpointsController.MOST_ADDRESSES)
                .noneMatch(a -> a.startsWith("p10000 "));
        assertThat(world.one(Kind.ENDPOINTS, "web", Endpoints.class).metadata().annotations())
                .isEmpty();
    }

    @Test
    void withoutSelectorOrOwnerTheyAreSomebodyElses() {
        service(Map.of(), "80");
        assertThat(world.all(Kind.ENDPOINTS, Endpoints.class)).isEmpty();
        world.create(World.T, new Endpoints("v1", "Endpoints", Sample.meta("web"), List.of()));
        Service service = world.one(Kind.SERVICE, "web", Service.class);
        world.change(service.withSpec(new Service.Spec(
                "ClusterIP", "None", Sample.LABELS, service.spec().ports(), null, null, null)));
        pod("a", "10.0.0.1", true, 1);
        assertThat(world.one(Kind.ENDPOINTS, "web", Endpoints.class).subsets()).isEmpty();
    }
}
