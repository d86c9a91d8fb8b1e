package org.kochab.controllers.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Condition;
import org.kochab.api.model.Container;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.Function;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.resource.DeleteOptions;

class FunctionControllerTest {
    private final World world = world();

    private static World world() {
        World world = new World(new FunctionController(), new DeploymentController(), new ReplicaSetController());
        world.add(GarbageCollector.all());
        return world;
    }

    private static Function function(int replicas, String image) {
        Function.Spec spec = new Function.Spec(
                replicas,
                null,
                image,
                List.of("-v"),
                List.of(),
                new Container.Resources(Map.of("memory", "8Mi"), Map.of("memory", "8Mi")),
                2,
                4,
                10,
                300,
                Map.of("site", "here"),
                List.of());
        return new Function("kochab.org/v1", "Function", Sample.meta("web"), spec, null);
    }

    private Function web() {
        return world.one(Kind.FUNCTION, "web", Function.class);
    }

    private Deployment deployment() {
        return world.one(Kind.DEPLOYMENT, "web", Deployment.class);
    }

    private Condition callable() {
        return Conditions.find(web().status().conditions(), "Callable").orElseThrow();
    }

    @Test
    void itKeepsPodsThatCanBeCalled() {
        world.create(World.T, function(2, "/f.wasm"));
        world.settle();
        assertThat(world.pods()).hasSize(2).allSatisfy(p -> {
            assertThat(p.metadata().labels()).containsEntry("kochab.org/function", "web");
            assertThat(p.spec().runtimeKind()).isEqualTo("wasm");
            assertThat(p.spec().nodeSelector()).containsEntry("site", "here");
            assertThat(p.spec().function().image()).isEqualTo("/f.wasm");
            assertThat(p.spec().function().warm()).isEqualTo(2);
        });
        assertThat(Owners.controls(web(), deployment())).isTrue();
        assertThat(web().status().readyReplicas()).isZero();
        assertThat(callable().reason()).isEqualTo("NoneReady");

        world.ready();
        assertThat(web().status().readyReplicas()).isEqualTo(2);
        assertThat(callable().isTrue()).isTrue();
        assertThat(web().status().observedGeneration())
                .isEqualTo(web().metadata().generation());
    }

    @Test
    void itsDeploymentFollowsItAndNobodyElse() {
        world.create(World.T, function(2, "/f.wasm"));
        world.settle().ready();
        world.change(web().withSpec(function(2, "/g.wasm").spec()));
        for (int i = 0; i < 5; i++) {
            world.settle().ready();
        }
        assertThat(world.pods())
                .hasSize(2)
                .allMatch(p -> p.spec().function().image().equals("/g.wasm"));

        world.change(deployment().withSpec(deployment().spec().withReplicas(7)));
        world.settle();
        assertThat(deployment().spec().replicas()).isEqualTo(2);
        world.delete(deployment(), DeleteOptions.DEFAULT);
        world.settle().ready();
        assertThat(world.pods()).hasSize(2).allMatch(PodState::active);
    }

    @Test
    void withoutReplicasItSaysSo() {
        world.create(World.T, function(1, "/f.wasm"));
        world.settle().ready();
        world.change(web().withSpec(web().spec().withReplicas(0)));
        world.settle();
        assertThat(world.pods()).noneMatch(PodState::active);
        assertThat(callable().isTrue()).isFalse();
        assertThat(callable().message()).contains("spec.replicas is 0");
    }

    @Test
    void aDeploymentOfItsNameThatIsNotItsOwnIsLeftAlone() {
        world.create(World.T, Sample.deployment(1, "web:1"));
        world.create(World.T, function(2, "/f.wasm"));
        world.settle();
        assertThat(callable().reason()).isEqualTo("NameTaken");
        assertThat(world.events()).anyMatch(e -> e.startsWith("Warning NameTaken"));
        assertThat(world.pods()).hasSize(1).allMatch(p -> p.spec().function() == null);
        assertThat(world.wake()).contains(Duration.ofSeconds(5));

        world.delete(deployment(), DeleteOptions.DEFAULT);
        world.pass(Duration.ofSeconds(5)).ready();
        assertThat(callable().isTrue()).isTrue();
        assertThat(world.pods().stream().map(Pod::spec)).allMatch(s -> s.function() != null);
    }

    @Test
    void whatIsDeletedTakesItsPodsAlong() {
        world.create(World.T, function(2, "/f.wasm"));
        world.settle().ready();
        world.delete(web(), DeleteOptions.DEFAULT);
        world.settle();
        assertThat(world.all(Kind.FUNCTION, Function.class)).isEmpty();
        assertThat(world.all(Kind.DEPLOYMENT, Deployment.class)).isEmpty();
        assertThat(world.pods()).noneMatch(PodState::active);
    }
}
