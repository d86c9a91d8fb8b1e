package org.kochab.shell.internal.command;

import org.kochab.api.model.Kind;
import org.kochab.api.model.ServiceAccount;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceService;
import org.kochab.shell.internal.core.Failure;

/** A service account of a tenant, as operators write it. */
record AccountName(String namespace, String name) {
    /** {@code NAMESPACE/NAME}, or a name alone. */
    static AccountName of(String text, String namespace) {
        int slash = text.indexOf('/');
        return slash < 0
                ? new AccountName(namespace, text)
                : new AccountName(text.substring(0, slash), text.substring(slash + 1));
    }

    ServiceAccount find(ResourceService resources, TenantId tenant) {
        return resources
                .get(new ResourceRef(tenant, Kind.SERVICE_ACCOUNT, namespace, name))
                .map(ServiceAccount.class::cast)
                .orElseThrow(() -> new Failure("There is no service account " + name + " in namespace " + namespace
                        + " of tenant " + tenant + ": kochab:get sa -A shows those that there are"));
    }
}
