package org.kochab.partition.internal.tenant;

import java.util.Base64;
import org.kochab.api.model.TenantId;
import org.kochab.api.node.Claim;
import org.kochab.api.node.PodValues;
import org.kochab.api.partition.Partition;
import org.kochab.api.resource.ResourceRef;
import org.kochab.partition.internal.core.tenant.ObjectKeys;
import org.kochab.partition.internal.core.tenant.Placements;
import org.kochab.partition.internal.core.tenant.ValueSources;
import org.kochab.partition.internal.core.tenant.ValueSources.LackingException;
import org.kochab.spi.secret.Sealer;

/** Puts what pods take from config maps and secrets into their claims, sealed: from there on nobody but their node's manager opens it. Used by the pod thread. */
final class ClaimValues implements Placements.Values {
    private final Workshop shop;
    private final Partition partition;
    private final Sealer sealer;

    ClaimValues(Workshop shop, Partition partition, Sealer sealer) {
        this.shop = shop;
        this.partition = partition;
        this.sealer = sealer;
    }

    @Override
    public Claim into(Claim claim) throws LackingException {
        if (!ValueSources.isUsed(claim.spec())) {
            return claim;
        }
        PodValues values = ValueSources.of(claim, (kind, name) -> partition
                .get(ObjectKeys.key(new ResourceRef(new TenantId(claim.tenant()), kind, claim.namespace(), name)))
                .map(entry -> shop.decoded().decode(entry, kind)));
        byte[] json = shop.decoded().codec().encode(values);
        return claim.withValues(Base64.getEncoder().encodeToString(sealer.seal(json, claim.sealedFor())));
    }
}
