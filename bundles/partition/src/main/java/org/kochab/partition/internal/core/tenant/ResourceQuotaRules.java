package org.kochab.partition.internal.core.tenant;

import org.kochab.api.model.Kind;
import org.kochab.api.model.ResourceQuota;

final class ResourceQuotaRules implements KindRules<ResourceQuota> {
    @Override
    public Kind kind() {
        return Kind.RESOURCE_QUOTA;
    }

    @Override
    public ResourceQuota complete(ResourceQuota wanted) {
        return wanted;
    }

    @Override
    public void check(ResourceQuota quota, Problems problems) {
        if (quota.spec() == null || quota.spec().hard().isEmpty()) {
            problems.add("spec.hard", "is required; name what is limited, for example pods: 10");
        } else {
            QuotaAmounts.check(quota.spec().hard(), "spec.hard", problems);
        }
    }

    @Override
    public void checkChange(ResourceQuota current, ResourceQuota wanted, Problems problems) {
        // Everything may change: what is used already stays.
    }

    @Override
    public ResourceQuota merge(ResourceQuota current, ResourceQuota wanted) {
        return new ResourceQuota(
                current.apiVersion(), current.kind(), wanted.metadata(), wanted.spec(), current.status());
    }

    @Override
    public ResourceQuota withStatusOf(ResourceQuota current, ResourceQuota other) {
        return current.withStatus(other.status());
    }

    @Override
    public ResourceQuota fresh(ResourceQuota wanted) {
        return wanted.withStatus(null);
    }

    @Override
    public boolean sameSpec(ResourceQuota a, ResourceQuota b) {
        return a.spec() == null ? b.spec() == null : a.spec().equals(b.spec());
    }

    @Override
    public boolean owner() {
        return false;
    }
}
