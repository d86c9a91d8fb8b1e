package org.kochab.controllers.internal.core;

import java.util.Collections;
import java.util.List;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Resource;
import org.kochab.api.model.StorageClass;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.api.resource.ResourceRef;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.controller.ControllerContext;
import org.kochab.spi.controller.Outcome;

/** Gives every tenant a StorageClass for each of the agents' own provisioners, of the same name. One that was deleted comes back when the tenant is looked at next. */
public final class StorageClassController implements Controller {
    private static final List<String> NAMES = List.of("local-path", "local-loop", "local-tmpfs");

    @Override
    public String name() {
        return "storageclass";
    }

    @Override
    public Kind kind() {
        return Kind.TENANT;
    }

    @Override
    public List<Kind> owns() {
        return List.of();
    }

    @Override
    public Outcome reconcile(ControllerContext context, ResourceRef object) {
        Resource tenant = context.get(object).orElse(null);
        if (tenant == null || Owners.marked(tenant)) {
            return Outcome.DONE;
        }
        TenantId id = new TenantId(object.name());
        for (String name : NAMES) {
            if (context.get(new ResourceRef(id, Kind.STORAGE_CLASS, null, name)).isEmpty()) {
                make(context, id, name);
            }
        }
        return Outcome.DONE;
    }

    private static void make(ControllerContext context, TenantId tenant, String name) {
        ObjectMeta meta = ObjectMeta.named(name);
        if (name.equals(NAMES.get(0))) {
            meta = meta.withAnnotations(Collections.singletonMap(StorageClass.IS_DEFAULT, "true"));
        }
        try {
            context.create(
                    tenant,
                    new StorageClass(
                            Kind.STORAGE_CLASS.apiVersion(),
                            Kind.STORAGE_CLASS.name(),
                            meta,
                            name,
                            Collections.emptyMap(),
                            null,
                            null,
                            null,
                            List.of()));
        } catch (ResourceException e) {
            if (e.reason() != Reason.ALREADY_EXISTS) {
                throw e;
            }
        }
    }
}
