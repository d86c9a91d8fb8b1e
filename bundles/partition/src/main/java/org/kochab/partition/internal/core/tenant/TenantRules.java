package org.kochab.partition.internal.core.tenant;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Tenant;

public final class TenantRules implements KindRules<Tenant> {
    public static final Tenant.Status ACTIVE = new Tenant.Status("Active");
    public static final Tenant.Status MOVING = new Tenant.Status("Moving");
    static final Tenant.Status TERMINATING = new Tenant.Status("Terminating");

    @Override
    public Kind kind() {
        return Kind.TENANT;
    }

    @Override
    public Tenant complete(Tenant wanted) {
        return wanted;
    }

    @Override
    public void check(Tenant tenant, Problems problems) {
        if (tenant.spec() == null) {
            return;
        }
        if (tenant.spec().partition() != null) {
            Names.label(tenant.spec().partition(), "spec.partition", problems);
        }
        if (tenant.spec().quota() != null) {
            QuotaAmounts.check(tenant.spec().quota().hard(), "spec.quota.hard", problems);
        }
    }

    @Override
    public void checkChange(Tenant current, Tenant wanted, Problems problems) {
        problems.require(
                Objects.equals(partition(current), partition(wanted)),
                "spec.partition",
                "cannot be changed here; kochab:tenant-move moves a tenant");
    }

    private static @Nullable String partition(Tenant tenant) {
        return tenant.spec() == null ? null : tenant.spec().partition();
    }

    @Override
    public Tenant merge(Tenant current, Tenant wanted) {
        String partition = partition(wanted) == null ? partition(current) : partition(wanted);
        Tenant.Quota quota = wanted.spec() == null ? null : wanted.spec().quota();
        boolean silent = partition == null && quota == null;
        return new Tenant(
                current.apiVersion(),
                current.kind(),
                wanted.metadata(),
                silent ? null : new Tenant.Spec(partition, quota),
                current.status());
    }

    @Override
    public Tenant withStatusOf(Tenant current, Tenant other) {
        return new Tenant(current.apiVersion(), current.kind(), current.metadata(), current.spec(), other.status());
    }

    @Override
    public Tenant fresh(Tenant wanted) {
        return new Tenant(wanted.apiVersion(), wanted.kind(), wanted.metadata(), wanted.spec(), ACTIVE);
    }

    @Override
    public boolean sameSpec(Tenant a, Tenant b) {
        return a.spec() == null ? b.spec() == null : a.spec().equals(b.spec());
    }

    @Override
    public Optional<String> field(Tenant object, String path) {
        return path.equals("status.phase") && object.status() != null
                ? Optional.ofNullable(object.status().phase())
                : Optional.empty();
    }

    @Override
    public boolean owner() {
        return false;
    }
}
