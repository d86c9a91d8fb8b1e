package org.kochab.controllers.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kochab.api.model.Annotations;
import org.kochab.api.model.Condition;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.ReplicaSet;
import org.kochab.api.resource.ResourceRef;

class DeploymentControllerTest {
    private final World world = new World(new DeploymentController(), new ReplicaSetController());

    private Deployment web() {
        return world.one(Kind.DEPLOYMENT, "web", Deployment.class);
    }

    private List<ReplicaSet> sets() {
        return world.all(Kind.REPLICA_SET, ReplicaSet.class);
    }

    private void start(Deployment deployment) {
        world.create(World.T, deployment);
        world.settle().ready();
    }

    private void image(String image) {
        spec(web().spec().withTemplate(Sample.template(image)));
    }

    private void spec(Deployment.Spec spec) {
        world.change(web().withSpec(spec));
        world.settle();
    }

    private long pods(String image) {
        return world.pods().stream()
                .filter(PodState::active)
                .filter(p -> image.equals(p.spec().containers().get(0).image()))
                .count();
    }

    private Optional<Condition> condition(String type) {
        return Conditions.find(web().status().conditions(), type);
    }

    /** Lets pods become ready one at a time and checks the bounds at each step, until the deployment is complete. */
    private void roll(String to, int wanted, int most, int leastReady) {
        for (int i = 0; i < 200; i++) {
            long active = world.pods().stream().filter(PodState::active).count();
            long ready = world.pods().stream()
                    .filter(p -> PodState.active(p) && PodState.ready(p))
                    .count();
            assertThat(active).isLessThanOrEqualTo(most);
            assertThat(ready).isGreaterThanOrEqualTo(leastReady);
            if (pods(to) == wanted && active == wanted && ready == wanted) {
                return;
            }
            world.pods().stream()
                    .filter(p -> PodState.active(p) && !PodState.ready(p))
                    .findFirst()
                    .ifPresent(p -> world.status(p, "Running", true));
            world.settle();
        }
        throw new AssertionError("the rollout does not end");
    }

    @Test
    void aDeploymentBecomesAReplicaSetAndItsPods() {
        start(Sample.deployment(2, "web:1"));
        String hash = Templates.hash(Sample.template("web:1"));
        assertThat(sets()).singleElement().satisfies(s -> {
            assertThat(s.metadata().name()).isEqualTo("web-" + hash);
            assertThat(s.metadata().labels()).containsEntry(Annotations.POD_TEMPLATE_HASH, hash);
            assertThat(s.spec().selector().matchLabels()).containsEntry(Annotations.POD_TEMPLATE_HASH, hash);
            assertThat(s.metadata().annotations()).containsEntry(Annotations.REVISION, "1");
        });
        Deployment.Status status = web().status();
        assertThat(List.of(
                        status.replicas(),
                        status.updatedReplicas(),
                        status.readyReplicas(),
                        status.availableReplicas()))
                .containsOnly(2);
        assertThat(status.observedGeneration()).isEqualTo(1);
        assertThat(condition("Available").map(Condition::status)).contains("True");
        assertThat(condition("Progressing").map(Condition::reason)).contains("NewReplicaSetAvailable");
        assertThat(web().metadata().annotations()).containsEntry(Annotations.REVISION, "1");
        assertThat(world.events())
                .contains("Normal ScalingReplicaSet Scaled up replica set web-" + hash + " from 0 to 2");
    }

    @ParameterizedTest
    @CsvSource({"25%,25%,13,8", "0,1,10,9", "1,0,11,10", "100%,0,20,10", "0,100%,10,0", "0,0,10,9"})
    void rollsWithinSurgeAndUnavailability(String surge, String unavailable, int most, int leastReady) {
        start(Sample.deployment(
                Sample.withStrategy(Sample.deployment(10, "web:1").spec(), Sample.rolling(surge, unavailable))));
        image("web:2");
        roll("web:2", 10, most, leastReady);
        assertThat(web().status().updatedReplicas()).isEqualTo(10);
        assertThat(web().metadata().annotations()).containsEntry(Annotations.REVISION, "2");
    }

    @Test
    void aTemplateChangedInTheMiddleOfARolloutTakesOver() {
        start(Sample.deployment(10, "web:1"));
        image("web:2");
        image("web:3");
        roll("web:3", 10, 13, 8);
        assertThat(pods("web:1") + pods("web:2")).isZero();
        assertThat(sets()).hasSize(3);
    }

    @Test
    void brokenNewPodsNeverCostAvailability() {
        start(Sample.deployment(10, "web:1"));
        image("broken");
        for (int i = 0; i < 5; i++) {
            world.pass(Duration.ofSeconds(1));
        }
        assertThat(pods("web:1")).isEqualTo(8);
        assertThat(pods("broken")).isEqualTo(5);
        assertThat(condition("Progressing").map(Condition::status)).contains("True");
        assertThat(world.wake().orElseThrow()).isLessThanOrEqualTo(Duration.ofSeconds(601));
        world.pass(Duration.ofSeconds(601));
        assertThat(condition("Progressing").map(Condition::reason)).contains(Progress.EXCEEDED);
        image("web:1");
        world.ready();
        assertThat(pods("web:1")).isEqualTo(10);
        assertThat(pods("broken")).isZero();
        assertThat(condition("Progressing").map(Condition::reason)).contains("NewReplicaSetAvailable");
        assertThat(web().metadata().annotations()).containsEntry(Annotations.REVISION, "3");
    }

    @Test
    void recreateEndsAllOldPodsFirst() {
        start(Sample.deployment(
                Sample.withStrategy(Sample.deployment(3, "web:1").spec(), new Deployment.Strategy("Recreate", null))));
        world.podsEnd = false;
        image("web:2");
        assertThat(pods("web:1") + pods("web:2")).isZero();
        assertThat(world.pods()).hasSize(3);
        assertThat(world.wake()).isPresent();
        assertThat(condition("Available").map(Condition::status)).contains("False");
        world.removePods();
        world.settle();
        assertThat(pods("web:2")).isEqualTo(3);
    }

    @Test
    void aPausedDeploymentScalesButDoesNotRoll() {
        start(Sample.deployment(3, "web:1"));
        spec(Sample.withPaused(web().spec(), true));
        image("web:2");
        assertThat(pods("web:2")).isZero();
        assertThat(condition("Progressing").map(Condition::reason)).contains("DeploymentPaused");
        spec(web().spec().withReplicas(5));
        assertThat(pods("web:1")).isEqualTo(5);
        spec(Sample.withPaused(web().spec(), false));
        roll("web:2", 5, 7, 3);
        assertThat(pods("web:1")).isZero();
    }

    @Test
    void scalesInProportionInTheMiddleOfARollout() {
        start(Sample.deployment(10, "web:1"));
        image("web:2");
        assertThat(pods("web:1")).isEqualTo(8);
        assertThat(pods("web:2")).isEqualTo(5);
        world.change(web().withSpec(web().spec().withReplicas(20)));
        new DeploymentController().reconcile(world, ResourceRef.of(Kind.DEPLOYMENT, web()));
        assertThat(Scaling.size(sets())).isEqualTo(25);
        assertThat(sets().stream().mapToInt(Scaling::size).min()).hasValue(9);
        world.settle();
        roll("web:2", 20, 25, 8);
    }

    @Test
    void scalesToZeroAndBack() {
        start(Sample.deployment(3, "web:1"));
        spec(web().spec().withReplicas(0));
        assertThat(world.pods()).isEmpty();
        assertThat(Progress.complete(web(), web().status())).isTrue();
        spec(web().spec().withReplicas(2));
        world.ready();
        assertThat(pods("web:1")).isEqualTo(2);
    }

    @Test
    void rollsBackToARevisionOrToThePrevious() {
        start(Sample.deployment(2, "web:1"));
        for (String image : List.of("web:2", "web:3")) {
            image(image);
            roll(image, 2, 3, 2);
        }
        rollback("1");
        roll("web:1", 2, 3, 2);
        assertThat(web().metadata().annotations()).containsEntry(Annotations.REVISION, "4");
        assertThat(web().metadata().annotations()).doesNotContainKey(Annotations.ROLLBACK_TO);
        assertThat(web().spec().template()).isEqualTo(Sample.template("web:1"));
        rollback("0");
        roll("web:3", 2, 3, 2);
        rollback("99");
        assertThat(world.events()).contains("Warning RollbackRevisionNotFound There is no revision 99 to roll back to");
        rollback("x");
        assertThat(pods("web:3")).isEqualTo(2);
        assertThat(sets()).hasSize(3);
    }

    private void rollback(String to) {
        Map<String, String> annotations = new HashMap<>(web().metadata().annotations());
        annotations.put(Annotations.ROLLBACK_TO, to);
        world.change(web().withMetadata(web().metadata().withAnnotations(annotations)));
        world.settle();
    }

    @Test
    void keepsOnlyAsMuchHistoryAsAskedFor() {
        start(Sample.deployment(Sample.withHistory(Sample.deployment(1, "web:0").spec(), 2)));
        for (int i = 1; i < 6; i++) {
            image("web:" + i);
            roll("web:" + i, 1, 2, 1);
        }
        assertThat(sets().stream().map(Revisions::number).sorted()).containsExactly(4L, 5L, 6L);
    }

    @Test
    void adoptsReplicaSetsOfAnEarlierDeployment() {
        start(Sample.deployment(2, "web:1"));
        ReplicaSet set = sets().get(0);
        List<Pod> pods = world.pods();
        world.change(set.withMetadata(set.metadata().withOwners(List.of())));
        world.settle();
        assertThat(Owners.controls(web(), sets().get(0))).isTrue();
        assertThat(world.pods()).isEqualTo(pods);
    }

    @Test
    void aStrategyThatCannotBeReadIsSaid() {
        world.create(
                World.T,
                Sample.deployment(
                        Sample.withStrategy(Sample.deployment(1, "web:1").spec(), Sample.rolling("many", "1"))));
        world.settle();
        assertThat(world.events())
                .anySatisfy(e -> assertThat(e).contains("spec.strategy.rollingUpdate.maxSurge is 'many'"));
        assertThat(sets()).isEmpty();
    }

    @Test
    void theHashDependsOnlyOnTheTemplate() {
        Pod.Template template = Sample.template("web:1");
        assertThat(Templates.hash(Templates.withHash(template, "x"))).isEqualTo(Templates.hash(template));
        assertThat(Templates.hash(template)).hasSize(10).matches("[b-z2-9]+");
        assertThat(Templates.hash(Sample.template("web:2"))).isNotEqualTo(Templates.hash(template));
    }
}
