package org.kochab.shell.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.ConfigMap;
import org.kochab.api.model.DaemonSet;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.PodDisruptionBudget;
import org.kochab.api.model.Secret;
import org.kochab.api.model.StatefulSet;

class ValuesTextTest {
    private static final ObjectMeta META = ObjectMeta.named("x")
            .withAnnotations(Map.of("kubectl.kubernetes.io/last-applied-configuration", "{\"data\":\"c2VjcmV0\"}"));

    @Test
    void describeShowsHowLongASecretIs() {
        Secret secret = new Secret("v1", "Secret", META, "Opaque", Map.of("password", "c2VjcmV0"), null, null);
        assertThat(Describe.of(secret, Instant.EPOCH))
                .contains("  password: 6 bytes")
                .noneMatch(l -> l.contains("c2VjcmV0"));
    }

    @Test
    void describeShowsShortTextsOfAConfigMap() {
        ConfigMap map = new ConfigMap(
                "v1", "ConfigMap", META, Map.of("colour", "blue\n", "file", "a\nb\n"), Map.of("raw", "AP8="), null);
        assertThat(Describe.of(map, Instant.EPOCH)).contains("  colour: blue", "  file: 4 bytes", "  raw: 2 bytes");
    }

    @Test
    void describeShowsWhatABudgetAllowsNow() {
        var spec = new PodDisruptionBudget.Spec(null, "25%", new LabelSelector(Map.of("app", "web"), List.of()));
        var budget = new PodDisruptionBudget(
                "policy/v1", "PodDisruptionBudget", META, spec, new PodDisruptionBudget.Status(1, 4, 3, 4, 1L));
        assertThat(String.join("\n", Describe.of(budget, Instant.EPOCH)))
                .containsPattern("Max unavailable: +25%")
                .containsPattern("Selector: +app=web")
                .containsPattern("Allowed now: +1 disruptions")
                .containsPattern("Healthy: +4 of 4 pods, at least 3 wanted");
    }

    private static Rollout rollout(String strategy, Integer partition, int ready, int updated, long observed) {
        StatefulSet.UpdateStrategy update =
                new StatefulSet.UpdateStrategy(strategy, new StatefulSet.RollingUpdate(partition));
        StatefulSet.Spec spec = new StatefulSet.Spec(3, null, null, null, null, update, null, null, null);
        StatefulSet.Status status =
                new StatefulSet.Status(3, ready, ready, 3 - updated, updated, "a", "b", observed, List.of(), null);
        return Rollout.of(
                new StatefulSet("apps/v1", "StatefulSet", ObjectMeta.named("db").withGeneration(2), spec, status));
    }

    @Test
    void aStatefulSetIsRolledOutWhenAllAreReadyAndUpdatedAboveThePartition() {
        assertThat(rollout("RollingUpdate", null, 3, 3, 2).done()).isTrue();
        assertThat(rollout("RollingUpdate", null, 3, 2, 2).message()).contains("2 of 3 pods are updated");
        assertThat(rollout("RollingUpdate", 1, 3, 2, 2).done()).isTrue();
        assertThat(rollout("RollingUpdate", null, 2, 3, 2).message()).contains("2 of 3 pods are ready");
        assertThat(rollout("RollingUpdate", null, 3, 3, 1).done()).isFalse();
        assertThat(rollout("OnDelete", null, 3, 0, 2).done()).isTrue();
    }

    private static Rollout daemons(String strategy, int updated, int available, long observed) {
        DaemonSet.Spec spec = new DaemonSet.Spec(null, null, new DaemonSet.UpdateStrategy(strategy, null), null, null);
        DaemonSet.Status status =
                new DaemonSet.Status(3, 0, 3, 3, updated, available, 3 - available, observed, List.of(), "a", null);
        return Rollout.of(
                new DaemonSet("apps/v1", "DaemonSet", ObjectMeta.named("logs").withGeneration(2), spec, status));
    }

    @Test
    void aDaemonSetIsRolledOutWhenAllNodesHaveANewPodThatIsAvailable() {
        assertThat(daemons("RollingUpdate", 3, 3, 2).message()).isEqualTo("daemon set logs is rolled out");
        assertThat(daemons("RollingUpdate", 2, 3, 2).message()).contains("2 of 3 nodes have a new pod");
        assertThat(daemons("RollingUpdate", 3, 2, 2).message()).contains("2 of 3 nodes have an available pod");
        assertThat(daemons("RollingUpdate", 3, 3, 1).done()).isFalse();
        assertThat(daemons("OnDelete", 0, 3, 2).done()).isTrue();
    }
}
