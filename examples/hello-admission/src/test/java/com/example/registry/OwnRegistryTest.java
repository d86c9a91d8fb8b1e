package com.example.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Container;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodSpec;
import org.kochab.spi.admission.AdmissionRequest;
import org.kochab.spi.admission.AdmissionValidator;
import org.kochab.spi.admission.Verdict;
import org.kochab.testkit.admission.Requests;
import org.kochab.testkit.admission.ValidatorContractTest;

class OwnRegistryTest extends ValidatorContractTest {
    @Override
    protected AdmissionValidator rule() {
        return new OwnRegistry("registry.example.com/");
    }

    @Override
    protected List<AdmissionRequest> requests() {
        return List.of(pod("registry.example.com/web:1"), pod("docker.io/web:1"));
    }

    private static AdmissionRequest pod(String image) {
        PodSpec spec = PodSpec.builder()
                .containers(List.of(Container.of("main", image, List.of())))
                .build();
        return Requests.create(
                Kind.POD, new Pod(Kind.POD.apiVersion(), Kind.POD.name(), ObjectMeta.named("web"), spec, null));
    }

    @Test
    void saysWhichImageIsFromElsewhere() {
        assertThat(rule().validate(pod("docker.io/web:1"), context()))
                .isEqualTo(Verdict.refused(
                        "spec.containers[main].image",
                        "docker.io/web:1 is from elsewhere; push it to registry.example.com/ and name it there"));
    }
}
