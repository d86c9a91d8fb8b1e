package ${package};

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.Kind;
import org.kochab.api.resource.ResourceRef;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.controller.ControllerContext;
import org.kochab.spi.controller.Outcome;
import org.osgi.service.component.annotations.Component;

/**
 * Notes on each deployment with the label {@code ${vendor}/${artifactId}} since when it has it, in the annotation
 * {@code ${vendor}/${artifactId}-since}.
 */
@Component(service = Controller.class)
public final class ${className} implements Controller {
    static final String LABEL = "${vendor}/${artifactId}";
    static final String SINCE = LABEL + "-since";

    @Override
    public String name() {
        return "${vendor}/${artifactId}";
    }

    @Override
    public Kind kind() {
        return Kind.DEPLOYMENT;
    }

    @Override
    public List<Kind> owns() {
        return List.of();
    }

    @Override
    public Outcome reconcile(ControllerContext context, ResourceRef object) {
        Deployment deployment = (Deployment) context.get(object).orElse(null);
        if (deployment == null || deployment.metadata().deletionTimestamp() != null) {
            return Outcome.DONE;
        }
        boolean labelled = deployment.metadata().labels().containsKey(LABEL);
        if (labelled != deployment.metadata().annotations().containsKey(SINCE)) {
            Map<String, String> annotations = new TreeMap<>(deployment.metadata().annotations());
            if (labelled) {
                annotations.put(SINCE, context.now().toString());
            } else {
                annotations.remove(SINCE);
            }
            // If somebody has changed it meanwhile this is a conflict: let it through, and be called again.
            context.update(
                    object.tenant(), deployment.withMetadata(deployment.metadata().withAnnotations(annotations)));
        }
        return Outcome.DONE;
    }
}
