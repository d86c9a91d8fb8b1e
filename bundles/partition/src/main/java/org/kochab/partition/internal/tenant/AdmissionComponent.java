package org.kochab.partition.internal.tenant;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.kochab.api.plugin.Plugin;
import org.kochab.api.plugin.PluginReport;
import org.kochab.spi.admission.AdmissionMutator;
import org.kochab.spi.admission.AdmissionValidator;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the admission rules of bundles to the tenants' plane, and says how they are. */
@Component(
        service = {AdmissionComponent.class, PluginReport.class},
        configurationPid = "org.kochab.admission")
@Designate(ocd = AdmissionConfig.class)
public final class AdmissionComponent implements PluginReport {
    private static final Logger LOG = LoggerFactory.getLogger(AdmissionComponent.class);
    private static final long SHORTEST = 10;
    private static final long LONGEST = 30_000;

    private final Admission admission = new Admission();

    @Activate
    public AdmissionComponent(AdmissionConfig config) {
        admission.use(settings(config));
    }

    @Modified
    void configure(AdmissionConfig config) {
        admission.use(settings(config));
    }

    static Admission.Settings settings(AdmissionConfig config) {
        String failure = config.failure();
        if (!failure.equals("refuse") && !failure.equals("ignore")) {
            LOG.error(
                    "failure of org.kochab.admission is '{}': it must be refuse or ignore. It is taken as refuse",
                    failure);
        }
        long millis = Math.max(SHORTEST, Math.min(LONGEST, config.deadline_millis()));
        if (millis != config.deadline_millis()) {
            LOG.error(
                    "deadline.millis of org.kochab.admission is {}: it must be {} to {}. It is taken as {}",
                    config.deadline_millis(),
                    SHORTEST,
                    LONGEST,
                    millis);
        }
        return new Admission.Settings(
                Duration.ofMillis(millis), failure.equals("ignore"), names(config.ignored()), names(config.required()));
    }

    private static List<String> names(String names) {
        return Arrays.stream(names.split(","))
                .map(String::strip)
                .filter(n -> !n.isEmpty())
                .toList();
    }

    Admission admission() {
        return admission;
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindMutator(AdmissionMutator mutator, ServiceReference<AdmissionMutator> from) {
        admission
                .mutators()
                .add(
                        mutator,
                        from.getBundle().getSymbolicName(),
                        from.getBundle().getVersion().toString());
    }

    void unbindMutator(AdmissionMutator mutator) {
        admission.mutators().remove(mutator);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindValidator(AdmissionValidator validator, ServiceReference<AdmissionValidator> from) {
        admission
                .validators()
                .add(
                        validator,
                        from.getBundle().getSymbolicName(),
                        from.getBundle().getVersion().toString());
    }

    void unbindValidator(AdmissionValidator validator) {
        admission.validators().remove(validator);
    }

    @Override
    public List<Plugin> plugins() {
        return admission.plugins();
    }
}
