package org.kochab.partition.internal.tenant;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodDisruptionBudget;
import org.kochab.api.model.Resource;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Precondition;
import org.kochab.api.partition.Transaction;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.api.resource.ResourceRef;
import org.kochab.partition.internal.core.tenant.Budgets;
import org.kochab.partition.internal.core.tenant.Changes.Next;
import org.kochab.partition.internal.core.tenant.ObjectKeys;
import org.kochab.partition.internal.remote.OpenReads;
import org.kochab.partition.internal.remote.OpenReads.Found;

/**
 * Deletions of pods that disruption budgets allow. A pod and its budgets change in one transaction, each at the revision it was read at: of several evictions at a
 * time no more than allowed are made.
 */
final class Evictions {
    private static final int MOST_ATTEMPTS = 64;
    private static final int MOST_BUDGETS = 1_000;

    private final Workshop shop;
    private final Committer committer;

    Evictions(Workshop shop, Committer committer) {
        this.shop = shop;
        this.committer = committer;
    }

    /** @return what has become of the pod */
    Resource evict(ResourceRef ref, DeleteOptions options, Gate gate, Gate.Reads reads) {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            Found found = committer.read(p -> OpenReads.found(p, ObjectKeys.key(ref)));
            Entry entry = found.entry().orElseThrow(() -> TenantObjects.notFound(ref));
            Pod pod = (Pod) shop.decoded().decode(entry, Kind.POD);
            Next next = shop.changes().deleted(Kind.POD, pod, options, shop.now());
            if (next instanceof Next.Same same) {
                return same.object();
            }
            gate.admitDeletion(ref, pod, reads);
            List<Precondition> preconditions = new ArrayList<>();
            List<Operation> operations = new ArrayList<>();
            preconditions.add(new Precondition.AtRevision(entry.key(), entry.revision()));
            operations.add(
                    next instanceof Next.Store store
                            ? new Operation.Put(
                                    entry.key(),
                                    shop.encode(store.object(), found.home().era()))
                            : new Operation.Delete(entry.key()));
            if (Budgets.count(pod)) {
                spend(ref, pod, found.home().era(), preconditions, operations);
            }
            CommitResult result =
                    TenantObjects.requireOpen(committer.commit(new Transaction(preconditions, operations)));
            if (result instanceof CommitResult.Refused refused) {
                throw TenantObjects.refusal(ref.toString(), refused);
            }
            if (result instanceof CommitResult.Committed committed) {
                return operations.get(0) instanceof Operation.Put put
                        ? shop.decoded()
                                .stored(put.key(), put.value(), committed.revision(), ((Next.Store) next).object())
                        : ((Next.Remove) next).object();
            }
        }
        throw TenantObjects.contested(ref);
    }

    private void spend(
            ResourceRef ref, Pod pod, long era, List<Precondition> preconditions, List<Operation> operations) {
        String prefix = ObjectKeys.prefix(ref.tenant(), Kind.POD_DISRUPTION_BUDGET, ref.namespace());
        ListPage page = committer.read(p -> p.list(prefix, MOST_BUDGETS));
        if (page.next().isPresent()) {
            throw new ResourceException(
                    Reason.INVALID,
                    "namespace " + ref.namespace() + " has more than " + MOST_BUDGETS
                            + " disruption budgets; delete some");
        }
        for (Entry entry : page.entries()) {
            PodDisruptionBudget budget = (PodDisruptionBudget) shop.decoded().decode(entry, Kind.POD_DISRUPTION_BUDGET);
            Optional<PodDisruptionBudget> after = Budgets.after(budget, pod);
            if (after.isPresent()) {
                preconditions.add(new Precondition.AtRevision(entry.key(), entry.revision()));
                operations.add(new Operation.Put(entry.key(), shop.encode(after.get(), era)));
            }
        }
    }
}
