package org.kochab.partition.internal.core.tenant;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.PriorityClass;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.codec.JacksonCodec;

class PriorityClassTest {
    private static final String CLASS =
            """
            apiVersion: scheduling.k8s.io/v1
            kind: PriorityClass
            metadata: {name: high}
            value: 1000
            description: Shops.
            """;
    private static final String POD =
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: a}
            spec:
              containers:
              - {name: main, image: "web:1"}
            """;

    private final Codec codec = new JacksonCodec();
    private final ObjectRules rules = new ObjectRules();
    private final Changes changes = new Changes(rules);

    private Resource draft(String manifest) {
        return rules.drafts(new TenantId("acme"))
                .draft(codec.manifest(manifest.getBytes(UTF_8), Codec.UnknownFields.REFUSE)
                        .resources()
                        .get(0));
    }

    private PriorityClass made(String manifest) {
        return (PriorityClass) changes.created(Kind.PRIORITY_CLASS, draft(manifest), "high", "u1", Instant.EPOCH);
    }

    private void refuses(String manifest, String why) {
        assertThatThrownBy(() -> draft(manifest)).hasMessageContaining(why);
    }

    private PodSpec resolved(String pod, String... classes) {
        List<PriorityClass> all =
                List.of(classes).stream().map(c -> (PriorityClass) draft(c)).toList();
        return PodPriority.resolved(
                        (Pod) draft(pod),
                        name -> all.stream()
                                .filter(c -> name.equals(c.metadata().name()))
                                .findFirst(),
                        () -> all)
                .spec();
    }

    @Test
    void aClassIsCheckedCompletedAndKept() {
        assertThat(made(CLASS).preemptionPolicy()).isEqualTo(PriorityClass.PREEMPT);
        refuses(CLASS.replace("1000", "1000000001"), "value: 1000000001 is too large; the most is 1000000000");
        refuses(CLASS.replace("value: 1000", "globalDefault: true"), "value: is required");
        refuses(CLASS.replace("high", "system-high"), "names that begin with 'system-' are the platform's");
        refuses(CLASS + "preemptionPolicy: Sometimes\n", "preemptionPolicy: 'Sometimes' is not supported");
        assertThatThrownBy(() -> changes.applied(Kind.PRIORITY_CLASS, made(CLASS), draft(CLASS.replace("1000", "7"))))
                .hasMessageContaining("value: of a PriorityClass cannot be changed");
        assertThat(changes.applied(Kind.PRIORITY_CLASS, made(CLASS), draft(CLASS.replace("Shops", "All shops"))))
                .isInstanceOf(Changes.Next.Store.class);
        assertThat(changes.applied(Kind.PRIORITY_CLASS, made(CLASS), draft(CLASS)))
                .isInstanceOf(Changes.Next.Same.class);
    }

    @Test
    void aPodGetsWhatItsClassSays() {
        PodSpec spec = resolved(POD + "  priorityClassName: high\n", CLASS + "preemptionPolicy: Never\n");
        assertThat(spec.priority()).isEqualTo(1000);
        assertThat(spec.preemptionPolicy()).isEqualTo(PriorityClass.NEVER);
        assertThat(resolved(POD + "  priorityClassName: high\n  priority: 1000\n", CLASS)
                        .priority())
                .isEqualTo(1000);
        assertThat(resolved(POD + "  priorityClassName: system-node-critical\n").priority())
                .isEqualTo(2_000_001_000);
    }

    @Test
    void theLowestDefaultIsForPodsThatNameNone() {
        String other = CLASS.replace("high", "low").replace("1000", "-7") + "globalDefault: true\n";
        PodSpec spec = resolved(POD, CLASS + "globalDefault: true\n", other);
        assertThat(spec.priorityClassName()).isEqualTo("low");
        assertThat(spec.priority()).isEqualTo(-7);
        Pod plain = (Pod) draft(POD);
        assertThat(PodPriority.resolved(plain, name -> Optional.empty(), List::of))
                .isSameAs(plain);
    }

    @Test
    void whatDoesNotAgreeIsRefused() {
        assertThatThrownBy(() -> resolved(POD + "  priorityClassName: lost\n", CLASS))
                .hasMessageContaining("spec.priorityClassName: there is no PriorityClass 'lost'; create it first");
        assertThatThrownBy(() -> resolved(POD + "  priorityClassName: high\n  priority: 7\n", CLASS))
                .hasMessageContaining("spec.priority: '7' is not 1000, which PriorityClass high has");
        assertThatThrownBy(() -> resolved(POD + "  priority: 7\n", CLASS))
                .hasMessageContaining("spec.priority: '7' is not 0, which a pod without a priorityClassName has");
        assertThatThrownBy(() -> resolved(POD + "  preemptionPolicy: Never\n"))
                .hasMessageContaining("spec.preemptionPolicy: 'Never' is not PreemptLowerPriority");
        assertThat(resolved(POD + "  priority: 0\n").priority()).isZero();
    }

    @Test
    void aManifestThatIsAppliedAgainKeepsWhatTheClassGave() {
        String named = POD + "  priorityClassName: high\n";
        Pod stored = (Pod) changes.created(
                Kind.POD,
                PodPriority.resolved((Pod) draft(named), name -> Optional.of(made(CLASS)), List::of),
                "a",
                "u",
                Instant.EPOCH);
        assertThat(changes.applied(Kind.POD, stored, draft(named))).isInstanceOf(Changes.Next.Same.class);
        assertThat(changes.applied(Kind.POD, stored, draft(POD))).isInstanceOf(Changes.Next.Same.class);
        assertThatThrownBy(() -> changes.applied(Kind.POD, stored, draft(named.replace("high", "other"))))
                .hasMessageContaining("spec.priorityClassName: of a pod cannot be changed");
        assertThatThrownBy(() -> changes.applied(Kind.POD, stored, draft(named + "  priority: 3\n")))
                .hasMessageContaining("spec.priority: of a pod cannot be changed");
    }
}
