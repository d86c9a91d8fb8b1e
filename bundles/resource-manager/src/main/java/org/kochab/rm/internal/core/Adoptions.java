package org.kochab.rm.internal.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kochab.api.node.Claim;
import org.kochab.api.node.NodeKeys;
import org.kochab.api.node.Reading;
import org.kochab.api.node.TenantOwner;

/**
 * Tenants that moved to another tenant partition: their claims and reports go with them. Nodes notice nothing, for what they are told of a pod
 * does not say which partition it belongs to.
 */
final class Adoptions {
    private final Ledger state;

    Adoptions(Ledger state) {
        this.state = state;
    }

    /** Whether a partition may speak for a tenant's pods. */
    static boolean isOwner(Ledger state, String tenant, String partition) {
        TenantOwner owner = state.owners.get(tenant);
        return owner == null || owner.partition().equals(partition);
    }

    /** @return why nothing was done; null if all of it is in the open batch or the batches before it */
    @Nullable
    String begin(String partition, Reading reading, List<TenantOwner> tenants) {
        Reading known = state.reading(partition);
        if (reading.compareTo(known) < 0) {
            return "Partition " + partition + " begins to read as of " + reading + " (epoch/revision), but " + known
                    + " has already spoken: ask its present leader.";
        }
        String wrong = adopt(tenants);
        if (wrong == null) {
            state.heard(partition, reading);
        }
        return wrong;
    }

    /** @return as above */
    @Nullable
    String adopt(List<TenantOwner> owners) {
        for (TenantOwner o : owners) {
            TenantOwner known = state.owners.get(o.tenant());
            if (known != null && (known.era() > o.era() || known.era() == o.era() && !known.equals(o))) {
                return "Tenant " + o.tenant() + " is said to be partition " + o.partition() + "'s since its move "
                        + o.era() + ", but it is partition " + known.partition() + "'s since its move " + known.era()
                        + ".";
            }
        }
        for (TenantOwner o : owners) {
            if (o.equals(state.owners.put(o.tenant(), o))) {
                continue;
            }
            for (ClaimSlot claim : others(o.partition())) {
                adopt(claim, o);
            }
            // After the claims: if this manager ends before, all of it is asked for once more.
            state.journal.put(OwnKeys.TENANTS + o.tenant(), Journal.text(o.era() + " " + o.partition()));
            state.journal.step();
        }
        return null;
    }

    private List<ClaimSlot> others(String partition) {
        List<ClaimSlot> found = new ArrayList<>();
        state.table.eachNode(n -> {
            for (ClaimSlot c = n.first; c != null; c = c.next) {
                if (!c.partition.equals(partition)) {
                    found.add(c);
                }
            }
        });
        return found;
    }

    private void adopt(ClaimSlot slot, TenantOwner owner) {
        String key = NodeKeys.claim(slot.node.name, slot.uid);
        byte[] json = state.journal.read(key);
        if (json == null) {
            return;
        }
        Claim claim = state.decode(json, Claim.class);
        if (!owner.tenant().equals(claim.tenant())) {
            return;
        }
        state.journal.put(key, state.encode(claim.withPartition(owner.partition())));
        String former = NodeKeys.report(slot.partition, slot.uid);
        byte[] report = state.journal.read(former);
        if (report != null) {
            state.journal.delete(former);
            state.journal.put(NodeKeys.report(owner.partition(), slot.uid), report);
        }
        slot.partition = owner.partition();
        state.journal.step();
    }
}
