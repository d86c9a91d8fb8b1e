package org.kochab.testkit.admission;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Namespace;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Resource;
import org.kochab.spi.admission.AdmissionContext;
import org.kochab.spi.admission.AdmissionMutator;
import org.kochab.spi.admission.AdmissionRequest;
import org.kochab.spi.admission.AdmissionValidator;
import org.kochab.spi.admission.Interest;
import org.kochab.spi.admission.Verdict;

/** The contracts find what breaks them. */
class BrokenRulesTest {
    private static Resource namespace(String name) {
        return new Namespace("v1", "Namespace", ObjectMeta.named(name), null);
    }

    private static List<AdmissionRequest> both() {
        return List.of(
                Requests.create(Kind.NAMESPACE, namespace("good")), Requests.create(Kind.NAMESPACE, namespace("bad")));
    }

    private static MutatorContractTest mutator(Function<Resource, Resource> work) {
        return new MutatorContractTest() {
            @Override
            protected AdmissionMutator rule() {
                return new AdmissionMutator() {
                    @Override
                    public String name() {
                        return "broken";
                    }

                    @Override
                    public Interest interest() {
                        return Interest.writesOf("Namespace");
                    }

                    @Override
                    public Resource mutate(AdmissionRequest request, AdmissionContext context) {
                        return work.apply(request.object());
                    }
                };
            }

            @Override
            protected List<AdmissionRequest> requests() {
                return both();
            }
        };
    }

    private static ValidatorContractTest validator(Function<AdmissionRequest, Verdict> work) {
        return new ValidatorContractTest() {
            @Override
            protected AdmissionValidator rule() {
                return new AdmissionValidator() {
                    @Override
                    public String name() {
                        return "broken";
                    }

                    @Override
                    public Interest interest() {
                        return Interest.writesOf("Namespace");
                    }

                    @Override
                    public Verdict validate(AdmissionRequest request, AdmissionContext context) {
                        return work.apply(request);
                    }
                };
            }

            @Override
            protected List<AdmissionRequest> requests() {
                return both();
            }
        };
    }

    private static Resource labelled(Resource object, String value) {
        Map<String, String> labels = new TreeMap<>(object.metadata().labels());
        labels.merge("team", value, (a, b) -> a + b);
        return object.withMetadata(object.metadata().withLabels(labels));
    }

    @Test
    void aMutatorThatAddsEachTimeOrRenames() {
        assertThatThrownBy(() -> mutator(o -> labelled(o, "x")).changesNothingOfWhatItHasChanged())
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() ->
                        mutator(o -> o.withMetadata(ObjectMeta.named("other"))).leavesKindNameAndPlace())
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void aRuleThatChangesItsMind() {
        AtomicInteger calls = new AtomicInteger();
        assertThatThrownBy(() -> mutator(o -> labelled(o, "x" + calls.incrementAndGet()))
                        .answersTheSameAgainAndOnAnotherMember())
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> validator(
                                r -> r.dryRun() ? Verdict.ALLOWED : Verdict.refused("spec", "is not right; change it"))
                        .answersADryRunAsItWouldTheWrite())
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void aValidatorThatDoesNotSayWhat() {
        assertThatThrownBy(() -> validator(r -> Verdict.refused("", "no")).aRefusalNamesTheFieldAndSaysWhatToDo())
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> validator(r -> Verdict.ALLOWED).refusesSomeAndAllowsSome())
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void aGoodOneIsFoundGood() {
        ValidatorContractTest good = validator(r -> "bad".equals(r.name())
                ? Verdict.refused("metadata.name", "is bad; choose a good one")
                : Verdict.ALLOWED);
        assertThatCode(() -> {
                    good.hasANameAndAnInterestThatStay();
                    good.answersTheSameAgainAndOnAnotherMember();
                    good.answersADryRunAsItWouldTheWrite();
                    good.isCalledByFourThreadsAtOnceAndEndsInTime();
                    good.refusesSomeAndAllowsSome();
                    good.aRefusalNamesTheFieldAndSaysWhatToDo();
                })
                .doesNotThrowAnyException();
    }
}
