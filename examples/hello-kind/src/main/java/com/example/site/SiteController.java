package com.example.site;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.kochab.api.model.Container;
import org.kochab.api.model.CustomObject;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.Kind;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodSpec;
import org.kochab.api.resource.ResourceRef;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.controller.ControllerContext;
import org.kochab.spi.controller.Outcome;
import org.osgi.service.component.annotations.Component;

/** Keeps a deployment for each site, and writes down how many of its pods are ready. */
@Component(service = Controller.class)
public final class SiteController implements Controller {
    @Override
    public String name() {
        return "example.com/site";
    }

    @Override
    public Kind kind() {
        return SiteKind.SITE;
    }

    @Override
    public List<Kind> owns() {
        return List.of(Kind.DEPLOYMENT);
    }

    @Override
    public Outcome reconcile(ControllerContext context, ResourceRef object) {
        CustomObject site = (CustomObject) context.get(object).orElse(null);
        if (site == null || site.metadata().deletionTimestamp() != null) {
            // The deployment has an owner reference: it goes with the site.
            return Outcome.DONE;
        }
        ResourceRef ref = new ResourceRef(object.tenant(), Kind.DEPLOYMENT, object.namespace(), object.name());
        Deployment there =
                (Deployment) context.get(ref).orElseGet(() -> context.create(object.tenant(), deployment(site)));
        Deployment wanted = changed(there, site);
        if (!wanted.equals(there)) {
            context.update(object.tenant(), wanted);
        }
        long ready = there.status() == null ? 0 : there.status().readyReplicas();
        if (!Long.valueOf(ready).equals(site.status().get("ready"))) {
            Map<String, Object> status = new TreeMap<>(site.status());
            status.put("ready", ready);
            context.updateStatus(object.tenant(), site.with("status", status));
        }
        return Outcome.DONE;
    }

    private static Deployment deployment(CustomObject site) {
        ObjectMeta meta = site.metadata();
        ObjectMeta.OwnerReference owner =
                new ObjectMeta.OwnerReference(site.apiVersion(), site.kind(), name(site), meta.uid(), true, true);
        LabelSelector selector = new LabelSelector(labels(site), List.of());
        return new Deployment(
                "apps/v1",
                "Deployment",
                ObjectMeta.named(name(site))
                        .withPlace(meta.tenant(), meta.namespace())
                        .withLabels(labels(site))
                        .withOwner(owner),
                new Deployment.Spec(copies(site), selector, template(site), null, null, null, null, null),
                null);
    }

    private static Deployment changed(Deployment there, CustomObject site) {
        Deployment.Spec spec = there.spec();
        Deployment.Spec scaled = spec.withReplicas(copies(site));
        boolean same =
                image(site).equals(spec.template().spec().containers().get(0).image());
        return there.withSpec(same ? scaled : scaled.withTemplate(template(site)));
    }

    private static Pod.Template template(CustomObject site) {
        ObjectMeta meta = ObjectMeta.named(null).withLabels(labels(site));
        Container container = Container.of("site", image(site), List.of());
        return new Pod.Template(
                meta, PodSpec.builder().containers(List.of(container)).build());
    }

    private static int copies(CustomObject site) {
        // The schema has a default for it.
        return site.spec().get("copies") instanceof Long copies ? copies.intValue() : 1;
    }

    private static String image(CustomObject site) {
        return String.valueOf(site.spec().get("image"));
    }

    private static Map<String, String> labels(CustomObject site) {
        return Map.of("site", name(site));
    }

    private static String name(CustomObject site) {
        return String.valueOf(site.metadata().name());
    }
}
