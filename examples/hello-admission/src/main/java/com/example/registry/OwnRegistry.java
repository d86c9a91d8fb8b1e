package com.example.registry;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Container;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.ReplicaSet;
import org.kochab.api.model.Resource;
import org.kochab.spi.admission.AdmissionContext;
import org.kochab.spi.admission.AdmissionRequest;
import org.kochab.spi.admission.AdmissionValidator;
import org.kochab.spi.admission.Interest;
import org.kochab.spi.admission.Verdict;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Refuses images that do not come from the registry that the configuration {@code com.example.registry} names. */
@Component(service = AdmissionValidator.class, configurationPid = "com.example.registry")
public final class OwnRegistry implements AdmissionValidator {
    /** Its configuration. */
    public @interface Config {
        /** What the names of images begin with. */
        String prefix() default "registry.example.com/";
    }

    private final String prefix;

    @Activate
    public OwnRegistry(Config config) {
        this(config.prefix());
    }

    OwnRegistry(String prefix) {
        this.prefix = prefix;
    }

    @Override
    public String name() {
        return "example.com/own-registry";
    }

    @Override
    public Interest interest() {
        return Interest.writesOf("Pod", "ReplicaSet", "Deployment");
    }

    @Override
    public Verdict validate(AdmissionRequest request, AdmissionContext context) {
        Resource object = request.object();
        if (object instanceof Pod pod) {
            return check("spec", pod.spec());
        }
        if (object instanceof Deployment d && d.spec() != null) {
            return check("spec.template.spec", spec(d.spec().template()));
        }
        if (object instanceof ReplicaSet s && s.spec() != null) {
            return check("spec.template.spec", spec(s.spec().template()));
        }
        return Verdict.ALLOWED;
    }

    private static @Nullable PodSpec spec(Pod.@Nullable Template template) {
        return template == null ? null : template.spec();
    }

    private Verdict check(String path, @Nullable PodSpec spec) {
        List<Container> containers = new ArrayList<>();
        if (spec != null) {
            containers.addAll(spec.tasks());
            containers.addAll(spec.initContainers());
        }
        for (Container c : containers) {
            if (c.image() != null && !c.image().startsWith(prefix)) {
                return Verdict.refused(
                        path + ".containers[" + c.name() + "].image",
                        c.image() + " is from elsewhere; push it to " + prefix + " and name it there");
            }
        }
        return Verdict.ALLOWED;
    }
}
