package org.kochab.controllers.internal.core;

import java.util.List;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Resource;
import org.kochab.api.model.ServiceAccount;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.api.resource.ResourceRef;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.controller.ControllerContext;
import org.kochab.spi.controller.Outcome;

/**
 * Gives every namespace its service account {@code default} where it is missing: namespaces that were there before service accounts were, and those whose was
 * deleted. A new namespace comes with it.
 */
public final class ServiceAccountController implements Controller {
    private final String name;
    private final Kind kind;

    private ServiceAccountController(String name, Kind kind) {
        this.name = name;
        this.kind = kind;
    }

    public static ServiceAccountController ofNamespaces() {
        return new ServiceAccountController("accounts-of-namespaces", Kind.NAMESPACE);
    }

    /** Looks at the namespace again when the account has gone. */
    public static ServiceAccountController ofAccounts() {
        return new ServiceAccountController("serviceaccount", Kind.SERVICE_ACCOUNT);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Kind kind() {
        return kind;
    }

    @Override
    public List<Kind> owns() {
        return List.of();
    }

    @Override
    public Outcome reconcile(ControllerContext context, ResourceRef object) {
        boolean namespace = kind.equals(Kind.NAMESPACE);
        if (!namespace && !object.name().equals(ServiceAccount.DEFAULT)) {
            return Outcome.DONE;
        }
        String in = namespace ? object.name() : String.valueOf(object.namespace());
        Resource found = context.get(new ResourceRef(object.tenant(), Kind.NAMESPACE, null, in))
                .orElse(null);
        ResourceRef account = new ResourceRef(object.tenant(), Kind.SERVICE_ACCOUNT, in, ServiceAccount.DEFAULT);
        if (found != null && !Owners.marked(found) && context.get(account).isEmpty()) {
            make(context, account);
        }
        return Outcome.DONE;
    }

    private static void make(ControllerContext context, ResourceRef account) {
        ObjectMeta meta =
                ObjectMeta.named(account.name()).withPlace(account.tenant().value(), account.namespace());
        try {
            context.create(
                    account.tenant(),
                    new ServiceAccount(Kind.SERVICE_ACCOUNT.apiVersion(), Kind.SERVICE_ACCOUNT.name(), meta, null));
        } catch (ResourceException e) {
            if (e.reason() != Reason.ALREADY_EXISTS) {
                throw e;
            }
        }
    }
}
