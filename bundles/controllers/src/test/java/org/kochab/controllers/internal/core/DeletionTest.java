package org.kochab.controllers.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Namespace;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.ObjectMeta.OwnerReference;
import org.kochab.api.model.Pod;
import org.kochab.api.model.ReplicaSet;
import org.kochab.api.model.Resource;
import org.kochab.api.model.Tenant;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.DeleteOptions;

class DeletionTest {
    private final World world = new World(
            new DeploymentController(),
            new ReplicaSetController(),
            new PodAdoption(),
            ContentsController.ofNamespaces(),
            ContentsController.ofTenants());

    DeletionTest() {
        world.add(GarbageCollector.all());
    }

    private void web() {
        world.create(World.T, Sample.deployment(3, "web:1"));
        world.settle().ready();
        assertThat(world.pods()).hasSize(3);
    }

    @Test
    void dependentsGoWithTheirOwnerWhichIsRemovedLast() {
        web();
        world.podsEnd = false;
        world.delete(world.one(Kind.DEPLOYMENT, "web", Deployment.class), DeleteOptions.DEFAULT);
        world.settle();
        assertThat(world.pods()).hasSize(3).allMatch(Owners::marked);
        assertThat(world.all(Kind.DEPLOYMENT, Deployment.class)).hasSize(1);
        assertThat(world.all(Kind.REPLICA_SET, ReplicaSet.class)).hasSize(1);
        world.removePods();
        world.settle();
        assertThat(world.all(Kind.DEPLOYMENT, Deployment.class)).isEmpty();
        assertThat(world.all(Kind.REPLICA_SET, ReplicaSet.class)).isEmpty();
    }

    @Test
    void orphansStay() {
        web();
        world.delete(world.one(Kind.DEPLOYMENT, "web", Deployment.class), new DeleteOptions(null, true, null, false));
        world.settle();
        assertThat(world.all(Kind.DEPLOYMENT, Deployment.class)).isEmpty();
        assertThat(world.all(Kind.REPLICA_SET, ReplicaSet.class))
                .singleElement()
                .satisfies(s -> assertThat(s.metadata().ownerReferences()).isEmpty());
        assertThat(world.pods()).hasSize(3);
    }

    @Test
    void onlyAnObjectWhoseOwnerIsPositivelyGoneGoes() {
        world.create(World.T, owned("a", "apps/v1", "ReplicaSet", "web", "uid-of-long-ago"));
        world.create(World.T, owned("b", "batch/v9", "Unknown", "x", "uid-2"));
        world.create(World.T, owned("c", "v1", "Node", "n1", "uid-3"));
        world.settle();
        assertThat(world.pods()).extracting(p -> p.metadata().name()).containsExactly("b", "c");
    }

    @Test
    void anotherObjectWithTheOwnersNameIsNotTheOwner() {
        world.create(World.T, Sample.replicaSet(0));
        world.create(World.T, owned("a", "apps/v1", "ReplicaSet", "web", "uid-of-long-ago"));
        world.settle();
        assertThat(world.pods()).isEmpty();
    }

    @Test
    void anObjectWithTwoOwnersStaysWithTheOther() {
        Resource set = world.create(World.T, Sample.replicaSet(0));
        Pod pod = owned("a", "apps/v1", "ReplicaSet", "gone", "uid-of-long-ago");
        List<OwnerReference> both = List.of(
                pod.metadata().ownerReferences().get(0),
                new OwnerReference(
                        "apps/v1",
                        "ReplicaSet",
                        "web",
                        String.valueOf(set.metadata().uid()),
                        false,
                        null));
        world.create(World.T, pod.withMetadata(pod.metadata().withOwners(both)));
        world.settle();
        assertThat(world.one(Kind.POD, "a", Pod.class).metadata().ownerReferences())
                .singleElement()
                .satisfies(o -> assertThat(o.name()).isEqualTo("web"));
    }

    private static Pod owned(String name, String apiVersion, String kind, String owner, String uid) {
        Pod pod = Sample.pod(name);
        ObjectMeta meta = pod.metadata()
                .withLabels(Map.of())
                .withOwner(new OwnerReference(apiVersion, kind, owner, uid, true, true));
        return pod.withMetadata(meta);
    }

    @Test
    void aNamespaceEndsOnceItIsEmpty() {
        world.create(World.T, namespace("default"));
        web();
        world.create(World.T, Sample.pod("lone"));
        world.podsEnd = false;
        world.delete(world.one(Kind.NAMESPACE, "default", Namespace.class), DeleteOptions.DEFAULT);
        world.settle();
        assertThat(world.one(Kind.NAMESPACE, "default", Namespace.class)
                        .status()
                        .phase())
                .isEqualTo("Terminating");
        assertThat(world.wake()).contains(Duration.ofSeconds(1));
        world.removePods();
        world.settle();
        assertThat(world.all(Kind.NAMESPACE, Namespace.class)).isEmpty();
        assertThat(world.pods()).isEmpty();
    }

    @Test
    void aTenantEndsWithAllItsNamespaces() {
        Resource tenant = world.create(
                TenantId.SYSTEM, new Tenant("kochab.org/v1", "Tenant", ObjectMeta.named("acme"), null, null));
        world.create(World.T, namespace("default"));
        world.create(World.T, namespace("other"));
        web();
        world.delete(tenant, DeleteOptions.DEFAULT);
        world.settle();
        assertThat(world.list(TenantId.SYSTEM, Kind.TENANT, null, null)).isEmpty();
        assertThat(world.all(Kind.NAMESPACE, Namespace.class)).isEmpty();
        assertThat(world.pods()).isEmpty();
    }

    private static Namespace namespace(String name) {
        return new Namespace(
                "v1",
                "Namespace",
                ObjectMeta.named(name).withPlace(World.T.value(), null),
                new Namespace.Status("Active"));
    }
}
