package org.kochab.partition.internal.tenant;

import org.kochab.api.model.Resource;
import org.kochab.partition.internal.core.tenant.ContainerLimits;
import org.kochab.spi.admission.AdmissionContext;
import org.kochab.spi.admission.AdmissionMutator;
import org.kochab.spi.admission.AdmissionRequest;
import org.kochab.spi.admission.AdmissionValidator;
import org.kochab.spi.admission.Interest;
import org.kochab.spi.admission.Verdict;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Offers {@link ContainerLimits} as any bundle offers its rules. */
@Component(service = {AdmissionMutator.class, AdmissionValidator.class})
public final class ContainerLimitsComponent implements AdmissionMutator, AdmissionValidator {
    private final ContainerLimits rule = new ContainerLimits();

    @Activate
    public ContainerLimitsComponent() {
        // Needs nothing.
    }

    @Override
    public String name() {
        return rule.name();
    }

    @Override
    public int rank() {
        return rule.rank();
    }

    @Override
    public Interest interest() {
        return rule.interest();
    }

    @Override
    public Resource mutate(AdmissionRequest request, AdmissionContext context) {
        return rule.mutate(request, context);
    }

    @Override
    public Verdict validate(AdmissionRequest request, AdmissionContext context) {
        return rule.validate(request, context);
    }
}
