package org.kochab.testkit.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.TenantId;
import org.kochab.spi.scheduler.BindHook;
import org.kochab.spi.scheduler.Permit;
import org.kochab.spi.scheduler.PodGroup;
import org.kochab.spi.scheduler.Reservation;

/** What tenant partitions rely on in every {@link BindHook}. A hook's own test extends this class. */
public abstract class BindHookContractTest {
    private static final int MOST = 2_000;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** The hook, as it is registered; always the same one in one test. */
    protected abstract BindHook hook();

    /** Labels of a pod that the hook has a word in and can allow at once. */
    protected abstract Map<String, String> labels();

    /** A pod of tenant {@code acme} in {@code default} whose scheduler has chosen a node. */
    protected static Reservation reservation(String pod, String node, Map<String, String> labels) {
        PodGroup group = Pods.pods(pod, 1).cpu(100).labels(labels).group();
        return new Reservation(
                new TenantId("acme"), "default", pod, "uid-of-" + pod, labels, group.spec(), group.requests(), node);
    }

    private Reservation pod(String name, String node) {
        return reservation(name, node, labels());
    }

    @Test
    void saysTheSameOfItselfAlways() {
        assertThat(hook().name()).isNotBlank().isEqualTo(hook().name());
        assertThat(hook().tenants()).isEqualTo(hook().tenants());
        assertThat(hook().label()).isEqualTo(hook().label());
        assertThat(hook().label().isEmpty() || labels().containsKey(hook().label()))
                .as("labels() has the label %s", hook().label())
                .isTrue();
    }

    @Test
    void answersForEachPodAndAllowsSome() throws Exception {
        List<Permit> permits = hook().permit(List.of(pod("a", "n1"), pod("b", "n2")));
        assertThat(permits).hasSize(2).doesNotContainNull();
        assertThat(hook().permit(List.of(pod("a", "n1")))).containsExactly(new Permit.Allow());
    }

    /** A new leader, or a refusal by the node's manager: the later reservation counts. */
    @Test
    void takesAPodThatComesAgainElsewhere() throws Exception {
        assertThat(hook().permit(List.of(pod("a", "n1")))).containsExactly(new Permit.Allow());
        assertThat(hook().permit(List.of(pod("a", "n2")))).containsExactly(new Permit.Allow());
        hook().bound(List.of(pod("a", "n2")));
    }

    @Test
    void takesWhatIsReleasedAndAllowsItAgain() throws Exception {
        hook().permit(List.of(pod("a", "n1")));
        hook().released(List.of(pod("a", "n1")));
        hook().released(List.of(pod("a", "n1")));
        assertThat(hook().permit(List.of(pod("a", "n1")))).containsExactly(new Permit.Allow());
    }

    @Test
    void answersAFullCallInTime() throws Exception {
        List<Reservation> all =
                IntStream.range(0, MOST).mapToObj(i -> pod("p" + i, "n1")).toList();
        long began = System.nanoTime();
        assertThat(hook().permit(all)).hasSize(MOST).doesNotContainNull();
        hook().released(all);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LIMIT);
    }
}
