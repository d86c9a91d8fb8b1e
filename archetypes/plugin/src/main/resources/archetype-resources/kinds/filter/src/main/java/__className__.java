package ${package};

import org.kochab.api.model.Node;
import org.kochab.spi.scheduler.NodeFilter;
import org.kochab.spi.scheduler.PlacementFilter;
import org.kochab.spi.scheduler.PodGroup;
import org.osgi.service.component.annotations.Component;

/** Keeps nodes with the label {@code ${vendor}/${artifactId}} for the tenant that it names. */
@Component(service = PlacementFilter.class)
public final class ${className} implements NodeFilter {
    static final String LABEL = "${vendor}/${artifactId}";

    @Override
    public String name() {
        return "${vendor}/${artifactId}";
    }

    @Override
    public boolean accepts(PodGroup group, Node node) {
        String tenant = node.metadata().labels().get(LABEL);
        return tenant == null || tenant.equals(group.tenant().value());
    }

    @Override
    public String refusal(PodGroup group, boolean many) {
        return (many ? "are" : "is") + " kept for another tenant than " + group.tenant().value() + " by the label "
                + LABEL;
    }
}
