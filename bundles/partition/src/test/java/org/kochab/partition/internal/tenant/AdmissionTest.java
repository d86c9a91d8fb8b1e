package org.kochab.partition.internal.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Pod;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.plugin.Plugin;
import org.kochab.api.resource.Applied;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.Requester;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceService.Outcome;
import org.kochab.spi.admission.AdmissionContext;
import org.kochab.spi.admission.AdmissionMutator;
import org.kochab.spi.admission.AdmissionRequest;
import org.kochab.spi.admission.AdmissionRequest.Operation;
import org.kochab.spi.admission.AdmissionValidator;
import org.kochab.spi.admission.Interest;
import org.kochab.spi.admission.Verdict;

class AdmissionTest {
    private static final TenantId T = TestPlane.TENANT;

    private final AtomicLong now = new AtomicLong();
    private final Admission admission = new Admission(now::get);
    private final TestPlane test = new TestPlane(admission).ready();
    private final List<AdmissionRequest> asked = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        test.close();
    }

    private record Validator(
            String name, int rank, Interest interest, BiFunction<AdmissionRequest, AdmissionContext, Verdict> rule)
            implements AdmissionValidator {
        @Override
        public Verdict validate(AdmissionRequest request, AdmissionContext context) {
            return rule.apply(request, context);
        }
    }

    private record Mutator(
            String name, int rank, Interest interest, BiFunction<AdmissionRequest, AdmissionContext, Resource> rule)
            implements AdmissionMutator {
        @Override
        public Resource mutate(AdmissionRequest request, AdmissionContext context) {
            return rule.apply(request, context);
        }
    }

    private Validator validator(
            String name, Interest interest, BiFunction<AdmissionRequest, AdmissionContext, Verdict> rule) {
        Validator v = new Validator(name, 0, interest, (request, context) -> {
            asked.add(request);
            return rule.apply(request, context);
        });
        admission.validators().add(v, "com.example.rules", "1.2.0");
        return v;
    }

    private void mutator(String name, int rank, BiFunction<AdmissionRequest, AdmissionContext, Resource> rule) {
        admission.mutators().add(new Mutator(name, rank, Interest.writesOf("Pod"), rule), "com.example.rules", "1.2.0");
    }

    private Validator teamLabel(Interest interest) {
        return validator(
                "team-label",
                interest,
                (request, context) -> request.object() != null
                                && !request.object().metadata().labels().containsKey("team")
                        ? Verdict.refused("metadata.labels", "has no label team; add one, such as team: payments")
                        : Verdict.ALLOWED);
    }

    private Resource pod(String name, String labels) {
        return test.read(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, labels: {%s}}
                spec: {containers: [{name: main, image: registry.local/web:1}]}
                """
                        .formatted(name, labels));
    }

    private static Resource labelled(Resource object, String key, String value) {
        Map<String, String> labels = new TreeMap<>(object.metadata().labels());
        labels.put(key, value);
        return object.withMetadata(object.metadata().withLabels(labels));
    }

    private static void refused(ThrowingCallable call, Reason reason, String... words) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ResourceException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContainingAll(words);
    }

    private List<Plugin> troubled() {
        return admission.plugins().stream()
                .filter(p -> !p.state().equals("Active"))
                .toList();
    }

    private boolean isThere(String pod) {
        return test.resources()
                .get(new ResourceRef(T, Kind.POD, "default", pod))
                .isPresent();
    }

    @Test
    void aValidatorRefusesAnApplyAndNamesFieldAndRemedy() {
        Validator rule = teamLabel(Interest.writesOf("Pod"));
        refused(
                () -> test.resources().apply(T, pod("web", "app: web")),
                Reason.INVALID,
                "Pod 'web' is refused by validator 'team-label' of com.example.rules 1.2.0",
                "metadata.labels: has no label team; add one, such as team: payments");
        refused(() -> test.resources().dryRun(T, pod("web", "app: web")), Reason.INVALID, "team-label");
        assertThat(asked).extracting(AdmissionRequest::dryRun).containsExactly(false, true);
        assertThat(isThere("web")).isFalse();

        assertThat(test.resources().apply(T, pod("web", "team: a")).change()).isEqualTo(Applied.Change.CREATED);
        refused(() -> test.resources().apply(T, pod("web", "app: web")), Reason.INVALID, "team-label");
        Resource stored = test.resources()
                .get(new ResourceRef(T, Kind.POD, "default", "web"))
                .orElseThrow();
        refused(
                () -> test.resources()
                        .update(T, stored.withMetadata(stored.metadata().withLabels(Map.of()))),
                Reason.INVALID,
                "team-label");

        admission.validators().remove(rule);
        assertThat(test.resources().apply(T, pod("web", "app: web")).change()).isEqualTo(Applied.Change.CONFIGURED);
    }

    @Test
    void whatIsAskedSaysWhoWantsWhat() {
        validator("all", new Interest(List.of("Pod"), List.of(), List.of()), (r, c) -> Verdict.ALLOWED);
        Requester alice = new Requester("alice", List.of("dev"));
        test.resources().as(alice).create(T, pod("web", "v: one"));
        test.resources().as(alice).apply(T, pod("web", "v: two"));
        test.resources().as(alice).apply(T, pod("web", "v: two"));
        test.resources().as(alice).delete(new ResourceRef(T, Kind.POD, "default", "web"), DeleteOptions.DEFAULT);
        assertThat(asked)
                .extracting(AdmissionRequest::operation)
                .containsExactly(Operation.CREATE, Operation.UPDATE, Operation.DELETE);
        assertThat(asked).allSatisfy(r -> {
            assertThat(r.requester()).isEqualTo(alice);
            assertThat(r.tenant()).isEqualTo(T);
            assertThat(r.namespace()).isEqualTo("default");
            assertThat(r.name()).isEqualTo("web");
        });
        assertThat(asked.get(1).old().metadata().labels()).containsEntry("v", "one");
        assertThat(((Pod) asked.get(0).object()).spec().restartPolicy()).isEqualTo("Always");
        assertThat(asked.get(2).object()).isNull();
    }

    @Test
    void aDeletionCanBeRefused() {
        validator(
                "keep",
                new Interest(List.of("Pod"), List.of(Operation.DELETE), List.of()),
                (r, c) -> Verdict.refused("metadata.labels", "is protected; remove the label keep first"));
        test.resources().create(T, pod("web", "keep: yes1"));
        ResourceRef ref = new ResourceRef(T, Kind.POD, "default", "web");
        refused(() -> test.resources().delete(ref, DeleteOptions.DEFAULT), Reason.INVALID, "is protected");
        assertThat(isThere("web")).isTrue();
    }

    @Test
    void onlyThoseAreAskedWhoWantToBe() {
        teamLabel(Interest.writesOf("Deployment"));
        teamLabel(new Interest(List.of("Pod"), List.of(), List.of(new TenantId("other"))));
        test.resources().create(T, pod("web", "app: web"));
        assertThat(asked).isEmpty();
    }

    @Test
    void mutatorsComeFirstInTheOrderOfTheirRanks() {
        mutator("b", 10, (r, c) -> labelled(r.object(), "last", "b"));
        mutator("a", 20, (r, c) -> labelled(r.object(), "last", "a"));
        mutator("z", -1, (r, c) -> labelled(r.object(), "team", "by-rule"));
        teamLabel(Interest.writesOf("Pod"));
        Resource stored = test.resources().apply(T, pod("web", "app: web")).resource();
        assertThat(stored.metadata().labels()).containsEntry("last", "a").containsEntry("team", "by-rule");
        assertThat(test.resources().apply(T, pod("web", "app: web")).change()).isEqualTo(Applied.Change.UNCHANGED);
        assertThat(test.resources()
                        .dryRun(T, pod("new", "app: web"))
                        .resource()
                        .metadata()
                        .labels())
                .containsEntry("team", "by-rule");
    }

    @Test
    void whatAMutatorMakesIsCheckedAndItsNameStays() {
        mutator(
                "bad-label",
                0,
                (r, c) -> r.object().metadata().name().equals("label")
                        ? labelled(r.object(), "no/such/key", "x")
                        : r.object()
                                .withMetadata(r.object()
                                        .metadata()
                                        .created("u", Instant.EPOCH)
                                        .withPlace("x", "y")));
        refused(() -> test.resources().create(T, pod("label", "a: b")), Reason.INVALID, "no/such/key");
        refused(
                () -> test.resources().create(T, pod("place", "a: b")),
                Reason.UNAVAILABLE,
                "mutator 'bad-label' of com.example.rules 1.2.0",
                "changed its name or place");
        refused(() -> test.resources().create(T, pod("BAD", "a: b")), Reason.INVALID, "metadata.name");
        assertThat(troubled()).singleElement().satisfies(p -> assertThat(p.state())
                .isEqualTo("Failing"));
    }

    @Test
    void aRuleReadsWhatElseThereIsInTheTenant() {
        validator(
                "one-only",
                Interest.writesOf("Pod"),
                (r, c) -> c.list(Kind.POD, r.namespace()).isEmpty()
                        ? Verdict.ALLOWED
                        : Verdict.refused("metadata.name", "there is a pod already; delete it first"));
        test.resources().create(T, pod("one", "a: b"));
        refused(() -> test.resources().create(T, pod("two", "a: b")), Reason.INVALID, "there is a pod already");
    }

    @Test
    void thingsFromOneTemplateAreAskedAboutOnce() {
        validator("count", Interest.writesOf("Pod"), (r, c) -> Verdict.ALLOWED);
        Resource template = pod("x", "a: b");
        Resource pod = template.withMetadata(new ObjectMeta(
                null,
                "web-",
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                Map.of("a", "b"),
                Map.of(),
                List.of(),
                List.of()));
        List<Outcome> outcomes = test.resources().createAll(T, Collections.nCopies(500, pod));
        assertThat(outcomes).hasSize(500).allMatch(o -> o instanceof Outcome.Stored);
        assertThat(asked).singleElement().satisfies(r -> assertThat(r.name()).isNull());
    }

    @Test
    void aRuleThatThrowsRefusesAndIsLeftAloneAfterThreeTimes() {
        AtomicInteger calls = new AtomicInteger();
        boolean[] broken = {true};
        validator("shaky", Interest.writesOf("Pod"), (r, c) -> {
            calls.incrementAndGet();
            if (broken[0]) {
                throw new IllegalStateException("no idea");
            }
            return Verdict.ALLOWED;
        });
        for (int i = 0; i < 5; i++) {
            refused(
                    () -> test.resources().create(T, pod("web", "a: b")),
                    Reason.UNAVAILABLE,
                    "Pod 'web' cannot be admitted: validator 'shaky' of com.example.rules 1.2.0",
                    "no idea",
                    "kochab:plugin-list");
        }
        assertThat(calls).hasValue(3);
        assertThat(troubled()).singleElement().satisfies(p -> {
            assertThat(p.kind()).isEqualTo(Plugin.VALIDATOR);
            assertThat(p.state()).isEqualTo("Quarantined");
            assertThat(p.message()).contains("no idea", "tried again in 1 s");
        });

        broken[0] = false;
        now.addAndGet(Duration.ofSeconds(2).toNanos());
        test.resources().create(T, pod("web", "a: b"));
        assertThat(troubled()).isEmpty();
    }

    @Test
    void aFailedRuleIsIgnoredWhereTheOperatorSaysSo() {
        validator("shaky", Interest.writesOf("Pod"), (r, c) -> null);
        mutator("lost", 0, (r, c) -> {
            throw new StackOverflowError();
        });
        admission.use(new Admission.Settings(Duration.ofSeconds(30), false, List.of("lost"), List.of()));
        refused(() -> test.resources().create(T, pod("web", "a: b")), Reason.UNAVAILABLE, "shaky", "null instead of");
        admission.use(new Admission.Settings(Duration.ofSeconds(30), true, List.of(), List.of()));
        test.resources().create(T, pod("web", "a: b"));
        assertThat(isThere("web")).isTrue();
    }

    @Test
    void nothingIsWrittenWithoutARuleThatIsRequired() {
        admission.use(new Admission.Settings(Duration.ofSeconds(30), true, List.of(), List.of("team-label")));
        refused(
                () -> test.resources().create(T, pod("web", "team: a")),
                Reason.UNAVAILABLE,
                "no bundle offers admission rule 'team-label'",
                "remove it from required");
        assertThat(admission.plugins()).anySatisfy(p -> {
            assertThat(p.name()).isEqualTo("team-label");
            assertThat(p.state()).isEqualTo("Missing");
        });

        Validator rule = teamLabel(Interest.writesOf("Pod"));
        test.resources().create(T, pod("web", "team: a"));
        refused(() -> test.resources().create(T, pod("other", "a: b")), Reason.INVALID, "has no label team");
        assertThat(admission.plugins()).noneSatisfy(p -> assertThat(p.state()).isEqualTo("Missing"));

        admission.validators().remove(rule);
        refused(
                () -> test.resources().delete(new ResourceRef(T, Kind.POD, "default", "web"), DeleteOptions.DEFAULT),
                Reason.UNAVAILABLE,
                "team-label");
        assertThat(isThere("web")).isTrue();
    }

    @Test
    void aRuleThatDoesNotEndIsGivenUpAndNotCalledBeforeItHasEnded() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        validator("slow", Interest.writesOf("Pod"), (r, c) -> {
            while (true) {
                try {
                    end.await();
                    ended.countDown();
                    return Verdict.ALLOWED;
                } catch (InterruptedException e) {
                    // Hears nothing.
                }
            }
        });
        admission.use(new Admission.Settings(Duration.ofSeconds(1), false, List.of(), List.of()));
        refused(
                () -> test.resources().create(T, pod("web", "a: b")),
                Reason.UNAVAILABLE,
                "slow",
                "did not end a call within 1000 ms");
        refused(() -> test.resources().create(T, pod("web", "a: b")), Reason.UNAVAILABLE, "slow", "left alone");
        now.addAndGet(Duration.ofHours(1).toNanos());
        refused(() -> test.resources().create(T, pod("web", "a: b")), Reason.UNAVAILABLE, "slow", "left alone");
        assertThat(troubled().get(0).message()).contains("not called before that call has ended");

        end.countDown();
        ended.await();
        admission.use(new Admission.Settings(Duration.ofSeconds(30), false, List.of(), List.of()));
        await().untilAsserted(() -> assertThat(troubled().toString()).doesNotContain("not called before"));
        test.resources().create(T, pod("web", "a: b"));
    }
}
