package org.kochab.partition.internal.core.tenant;

import java.util.Objects;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ServiceAccount;

final class ServiceAccountRules implements StatuslessRules<ServiceAccount> {
    @Override
    public Kind kind() {
        return Kind.SERVICE_ACCOUNT;
    }

    @Override
    public ServiceAccount complete(ServiceAccount wanted) {
        return wanted;
    }

    @Override
    public void check(ServiceAccount account, Problems problems) {
        // Nothing beyond its metadata.
    }

    @Override
    public void checkChange(ServiceAccount current, ServiceAccount wanted, Problems problems) {
        // All of it may change.
    }

    @Override
    public ServiceAccount merge(ServiceAccount current, ServiceAccount wanted) {
        return wanted;
    }

    @Override
    public boolean sameSpec(ServiceAccount a, ServiceAccount b) {
        return Objects.equals(a.automountServiceAccountToken(), b.automountServiceAccountToken());
    }

    @Override
    public boolean owner() {
        return false;
    }
}
