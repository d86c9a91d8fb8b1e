package org.kochab.testkit.admission;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.kochab.spi.admission.AdmissionRequest;
import org.kochab.spi.admission.AdmissionValidator;
import org.kochab.spi.admission.Verdict;

/** What the platform relies on in every {@link AdmissionValidator}. A validator's own test extends this class. */
public abstract class ValidatorContractTest extends AdmissionContractTest<AdmissionValidator, Verdict> {
    @Override
    final Verdict ask(AdmissionValidator rule, AdmissionRequest request) {
        return rule.validate(request, context());
    }

    @Test
    void refusesSomeAndAllowsSome() {
        assertThat(requests().stream().map(r -> ask(rule(), r) instanceof Verdict.Refused))
                .as("whether it refuses")
                .contains(true, false);
    }

    @Test
    void aRefusalNamesTheFieldAndSaysWhatToDo() {
        for (AdmissionRequest request : requests()) {
            if (ask(rule(), request) instanceof Verdict.Refused refused) {
                assertThat(refused.field()).as("field").matches("[a-z][A-Za-z0-9]*([.\\[].*)?");
                assertThat(refused.message())
                        .as("message")
                        .hasSizeBetween(10, 500)
                        .doesNotContainPattern("[\\r\\n]");
            }
        }
    }
}
