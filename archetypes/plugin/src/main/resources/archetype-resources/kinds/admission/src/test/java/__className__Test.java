package ${package};

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.spi.admission.AdmissionRequest;
import org.kochab.spi.admission.AdmissionValidator;
import org.kochab.spi.admission.Verdict;
import org.kochab.testkit.admission.Requests;
import org.kochab.testkit.admission.ValidatorContractTest;

class ${className}Test extends ValidatorContractTest {
    @Override
    protected AdmissionValidator rule() {
        return new ${className}();
    }

    @Override
    protected List<AdmissionRequest> requests() {
        return List.of(deployment(Map.of()), deployment(Map.of(${className}.LABEL, "yes")));
    }

    private static AdmissionRequest deployment(Map<String, String> labels) {
        return Requests.create(
                Kind.DEPLOYMENT,
                new Deployment("apps/v1", "Deployment", ObjectMeta.named("web").withLabels(labels), null, null));
    }

    @Test
    void saysWhichLabelIsMissing() {
        assertThat(rule().validate(deployment(Map.of()), context()))
                .isEqualTo(Verdict.refused("metadata.labels", "has no label " + ${className}.LABEL + "; add one"));
    }
}
