package org.kochab.partition.internal.tenant;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PriorityClass;
import org.kochab.api.model.Resource;
import org.kochab.api.model.ServiceAccount;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.api.resource.ResourceRef;
import org.kochab.partition.internal.core.tenant.ObjectRules;
import org.kochab.partition.internal.core.tenant.PodPriority;
import org.kochab.partition.internal.core.tenant.Problems;
import org.kochab.spi.admission.AdmissionRequest;
import org.kochab.spi.admission.AdmissionRequest.Operation;

/**
 * Objects on their way to be created: completed, checked and admitted. One that comes many times in a row, as the pod of a replica set does, is looked at once. Admission as a whole takes 30
 * seconds at most, or one call more. For one thread.
 */
final class Intake {
    private static final Duration MOST = Duration.ofSeconds(30);

    /**
     * Of a kind that may not be built in.
     *
     * @param object as it is to be stored, but for what the store gives
     */
    record Draft(Kind kind, Resource object) {}

    private final KindCatalogue.Lookup kinds;
    private final ObjectRules.Drafts drafts;
    private final TenantId tenant;
    private final Gate gate;
    private final Gate.Reads reads;
    private final boolean dry;
    private final long end = System.nanoTime() + MOST.toNanos();
    private @Nullable List<PriorityClass> priorityClasses;
    private @Nullable Resource last;
    private @Nullable Draft lastDraft;
    private @Nullable ResourceException lastRefusal;

    /** @param dry whether nothing will be created */
    Intake(Workshop shop, TenantId tenant, Gate gate, Gate.Reads reads, boolean dry) {
        this.kinds = shop.kinds().lookup(tenant);
        this.drafts = shop.rules().drafts(tenant);
        this.tenant = tenant;
        this.gate = gate;
        this.reads = reads;
        this.dry = dry;
    }

    /**
     * What is to be stored.
     *
     * @throws ResourceException why not
     */
    Draft draft(Resource manifest) {
        if (manifest != last) {
            last = manifest;
            lastDraft = null;
            lastRefusal = null;
            try {
                lastDraft = admitted(manifest);
            } catch (ResourceException e) {
                lastRefusal = e;
            }
        }
        if (lastDraft == null) {
            throw lastRefusal;
        }
        return lastDraft;
    }

    private Draft admitted(Resource manifest) {
        Kind kind = kinds.kind(manifest);
        Resource draft = checked(kind, manifest);
        if (gate.isOpen(tenant, kind, Operation.CREATE)) {
            return new Draft(kind, prioritised(draft));
        }
        if (System.nanoTime() - end > 0) {
            throw new ResourceException(
                    Reason.BUSY,
                    "admission rules took more than " + MOST.toSeconds()
                            + " s for what came before; try again with less");
        }
        // As it was written: a mutator is to tell what its author chose from what is the platform's default.
        Resource written = placed(manifest, draft);
        AdmissionRequest request = gate.request(tenant, kind, written, written, null, dry);
        Resource mutated = gate.mutated(request, reads);
        if (mutated != written) {
            draft = checked(kind, mutated);
        }
        draft = prioritised(draft);
        gate.validate(request.withObject(draft), reads);
        return new Draft(kind, draft);
    }

    private Resource prioritised(Resource draft) {
        return draft instanceof Pod pod
                ? PodPriority.resolved(
                        pod,
                        name -> reads.get(new ResourceRef(tenant, Kind.PRIORITY_CLASS, null, name))
                                .map(PriorityClass.class::cast),
                        this::priorityClasses)
                : draft;
    }

    private List<PriorityClass> priorityClasses() {
        List<PriorityClass> known = priorityClasses;
        if (known == null) {
            known = reads.some(tenant, Kind.PRIORITY_CLASS, null).stream()
                    .map(PriorityClass.class::cast)
                    .toList();
            priorityClasses = known;
        }
        return known;
    }

    private Resource checked(Kind kind, Resource manifest) {
        Resource draft = drafts.draft(kind, manifest);
        kinds.requireFree(draft);
        if (draft instanceof Pod pod) {
            requireAccount(pod);
        }
        return draft;
    }

    /** Only where a pod is made: what makes pods may come before the account. */
    private void requireAccount(Pod pod) {
        String name = pod.spec() == null ? null : pod.spec().serviceAccountName();
        String namespace = pod.metadata().namespace();
        if (name == null || name.equals(ServiceAccount.DEFAULT)) {
            return;
        }
        if (reads.get(new ResourceRef(tenant, Kind.SERVICE_ACCOUNT, namespace, name))
                .isEmpty()) {
            throw new ResourceException(
                    Reason.INVALID,
                    "spec.serviceAccountName: there is no service account " + Problems.quoted(name) + " in namespace "
                            + namespace + "; create it first, or leave the field out for " + ServiceAccount.DEFAULT);
        }
    }

    /** The manifest as written, without the defaults that a draft has. */
    static Resource placed(Resource manifest, Resource draft) {
        return manifest.withMetadata(manifest.metadata()
                .withPlace(draft.metadata().tenant(), draft.metadata().namespace()));
    }
}
