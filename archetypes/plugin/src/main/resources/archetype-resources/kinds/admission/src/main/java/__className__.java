package ${package};

import org.kochab.api.model.Resource;
import org.kochab.spi.admission.AdmissionContext;
import org.kochab.spi.admission.AdmissionRequest;
import org.kochab.spi.admission.AdmissionValidator;
import org.kochab.spi.admission.Interest;
import org.kochab.spi.admission.Verdict;
import org.osgi.service.component.annotations.Component;

/** Refuses deployments without the label {@code ${vendor}/${artifactId}}. */
@Component(service = AdmissionValidator.class)
public final class ${className} implements AdmissionValidator {
    static final String LABEL = "${vendor}/${artifactId}";

    @Override
    public String name() {
        return "${vendor}/${artifactId}";
    }

    @Override
    public Interest interest() {
        return Interest.writesOf("Deployment");
    }

    @Override
    public Verdict validate(AdmissionRequest request, AdmissionContext context) {
        Resource object = request.object();
        return object == null || object.metadata().labels().containsKey(LABEL)
                ? Verdict.ALLOWED
                : Verdict.refused("metadata.labels", "has no label " + LABEL + "; add one");
    }
}
