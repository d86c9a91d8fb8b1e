package org.kochab.testkit.admission;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Resource;
import org.kochab.spi.admission.AdmissionMutator;
import org.kochab.spi.admission.AdmissionRequest;
import org.kochab.spi.admission.AdmissionRequest.Operation;

/** What the platform relies on in every {@link AdmissionMutator}. A mutator's own test extends this class. */
public abstract class MutatorContractTest extends AdmissionContractTest<AdmissionMutator, Resource> {
    @Override
    final Resource ask(AdmissionMutator rule, AdmissionRequest request) {
        return rule.mutate(request, context());
    }

    @Test
    void isNotAskedAboutDeletions() {
        assertThat(requests()).noneMatch(r -> r.operation() == Operation.DELETE);
    }

    @Test
    void leavesKindNameAndPlace() {
        for (AdmissionRequest request : requests()) {
            Resource before = request.object();
            Resource after = ask(rule(), request);
            assertThat(after).hasSameClassAs(before);
            assertThat(after.kind()).isEqualTo(before.kind());
            assertThat(after.apiVersion()).isEqualTo(before.apiVersion());
            ObjectMeta a = before.metadata();
            ObjectMeta b = after.metadata();
            assertThat(b.name()).isEqualTo(a.name());
            assertThat(b.generateName()).isEqualTo(a.generateName());
            assertThat(b.namespace()).isEqualTo(a.namespace());
            assertThat(b.tenant()).isEqualTo(a.tenant());
        }
    }

    /** An object that is applied again goes through it again. */
    @Test
    void changesNothingOfWhatItHasChanged() {
        for (AdmissionRequest request : requests()) {
            Resource once = ask(rule(), request);
            assertThat(ask(rule(), request.withObject(once)))
                    .as("what it makes of what it has made of %s", request)
                    .isEqualTo(once);
        }
    }
}
