package org.kochab.partition.internal.tenant;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.Requester;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.api.resource.ResourceRef;
import org.kochab.partition.internal.core.tenant.Changes.Next;
import org.kochab.partition.internal.core.tenant.Problems;
import org.kochab.partition.internal.tenant.Admission.Rule;
import org.kochab.spi.admission.AdmissionContext;
import org.kochab.spi.admission.AdmissionMutator;
import org.kochab.spi.admission.AdmissionRequest;
import org.kochab.spi.admission.AdmissionRequest.Operation;
import org.kochab.spi.admission.AdmissionRule;
import org.kochab.spi.admission.AdmissionValidator;
import org.kochab.spi.admission.Verdict;

/** Asks the admission rules about the writes of one requester. Thread-safe; blocks while they are called. */
final class Gate {
    private static final int LONGEST_SENTENCE = 1_000;

    /** How rules read: the partition the write goes to. */
    interface Reads {
        /** For what is the platform's: there is nothing to read beside it. */
        Reads NONE = new Reads() {
            @Override
            public Optional<Resource> get(ResourceRef ref) {
                return Optional.empty();
            }

            @Override
            public List<Resource> some(TenantId tenant, Kind kind, @Nullable String namespace) {
                return List.of();
            }
        };

        Optional<Resource> get(ResourceRef ref);

        /** The first 1,000. */
        List<Resource> some(TenantId tenant, Kind kind, @Nullable String namespace);
    }

    private final Admission admission;
    private final Requester requester;

    Gate(Admission admission, Requester requester) {
        this.admission = admission;
        this.requester = requester;
    }

    /** Whether nobody wants to be asked, and nobody is missing. */
    boolean isOpen(TenantId tenant, Kind kind, Operation operation) {
        return admission.missing().isEmpty()
                && none(admission.mutators().ordered(), tenant, kind, operation)
                && none(admission.validators().ordered(), tenant, kind, operation);
    }

    private static boolean none(List<? extends Rule<?>> rules, TenantId tenant, Kind kind, Operation operation) {
        for (Rule<?> rule : rules) {
            if (rule.interest().includes(tenant, kind, operation)) {
                return false;
            }
        }
        return true;
    }

    AdmissionRequest request(
            TenantId tenant,
            Kind kind,
            Resource named,
            @Nullable Resource object,
            @Nullable Resource old,
            boolean dry) {
        ObjectMeta meta = named.metadata();
        String name = meta.name() == null || meta.name().isEmpty() ? null : meta.name();
        Operation operation = old == null ? Operation.CREATE : object == null ? Operation.DELETE : Operation.UPDATE;
        String namespace = kind.scope() == Kind.Scope.NAMESPACE ? meta.namespace() : null;
        return new AdmissionRequest(tenant, operation, kind, namespace, name, object, old, requester, dry);
    }

    /** The object as the mutators leave it; the same if none has changed it. */
    Resource mutated(AdmissionRequest request, Reads reads) {
        Resource object = Objects.requireNonNull(request.object());
        for (Rule<AdmissionMutator> rule : admission.mutators().ordered()) {
            if (rule.interest().includes(request.tenant(), request.kind(), request.operation())) {
                AdmissionRequest asked = request.withObject(object);
                object = ask(
                        admission.mutators(),
                        rule,
                        asked,
                        (mutator, calls) -> {
                            Resource changed = calls.answer(() -> mutator.mutate(asked, context(asked, reads)));
                            calls.require(
                                    isSame(asked, changed),
                                    "another object than it was given: it changed its name or place");
                            return changed;
                        },
                        object);
            }
        }
        return object;
    }

    /** What is wanted of an object that is there, as the mutators leave it. */
    Resource mutated(ResourceRef ref, Resource current, Resource wanted, boolean dry, Reads reads) {
        return isLeftAlone(ref, current, Operation.UPDATE)
                ? wanted
                : mutated(request(ref.tenant(), ref.kind(), current, wanted, current, dry), reads);
    }

    /** Asks the validators about a change of an object that is there. */
    void admit(ResourceRef ref, Resource current, Next next, boolean dry, Reads reads) {
        if (next instanceof Next.Store store && !isLeftAlone(ref, current, Operation.UPDATE)) {
            validate(request(ref.tenant(), ref.kind(), current, store.object(), current, dry), reads);
        }
    }

    /** Asks the validators about the first deletion of an object. */
    void admitDeletion(ResourceRef ref, Resource current, Reads reads) {
        if (!isLeftAlone(ref, current, Operation.DELETE)) {
            validate(request(ref.tenant(), ref.kind(), current, null, current, false), reads);
        }
    }

    /** What is being deleted already goes its way: nobody may hold it up for ever. */
    private boolean isLeftAlone(ResourceRef ref, Resource current, Operation operation) {
        return current.metadata().deletionTimestamp() != null || isOpen(ref.tenant(), ref.kind(), operation);
    }

    private static boolean isSame(AdmissionRequest asked, Resource changed) {
        Resource before = Objects.requireNonNull(asked.object());
        ObjectMeta a = before.metadata();
        ObjectMeta b = changed.metadata();
        return asked.kind().type().isInstance(changed)
                && Objects.equals(before.kind(), changed.kind())
                && Objects.equals(before.apiVersion(), changed.apiVersion())
                && Objects.equals(a.name(), b.name())
                && Objects.equals(a.generateName(), b.generateName())
                && Objects.equals(a.namespace(), b.namespace())
                && Objects.equals(a.tenant(), b.tenant());
    }

    /** @throws ResourceException {@code INVALID} if a validator refuses, {@code UNAVAILABLE} without a rule that is required */
    void validate(AdmissionRequest request, Reads reads) {
        List<String> missing = admission.missing();
        if (!missing.isEmpty()) {
            throw missing(request, missing.get(0));
        }
        for (Rule<AdmissionValidator> rule : admission.validators().ordered()) {
            if (rule.interest().includes(request.tenant(), request.kind(), request.operation())) {
                Verdict verdict = ask(
                        admission.validators(),
                        rule,
                        request,
                        (validator, calls) -> calls.answer(() -> validator.validate(request, context(request, reads))),
                        Verdict.ALLOWED);
                if (verdict instanceof Verdict.Refused refused) {
                    throw new ResourceException(Reason.INVALID, refusal(request, rule, refused));
                }
            }
        }
    }

    private static String refusal(AdmissionRequest request, Rule<?> rule, Verdict.Refused refused) {
        String sentence = oneLine(refused.field() + ": " + refused.message());
        return request + " is refused by " + rule.calls().who() + ": " + sentence;
    }

    private static String oneLine(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        return line.length() > LONGEST_SENTENCE ? line.substring(0, LONGEST_SENTENCE) + "..." : line;
    }

    /** One call, and what is wrong with its answer. */
    private record Asking(RuleCalls calls, Admission.Settings settings) {
        <T> T answer(Callable<@Nullable T> work) throws RuleCalls.FailedException {
            return calls.call(work, settings.limit());
        }

        void require(boolean holds, String failure) throws RuleCalls.FailedException {
            if (!holds) {
                throw calls.failed(failure);
            }
        }
    }

    private interface Question<R, T> {
        T ask(R rule, Asking calls) throws RuleCalls.FailedException;
    }

    /** @param without the answer if the rule is not to stand in the way when it has failed */
    private <R extends AdmissionRule, T> T ask(
            Admission.Rules<R> rules, Rule<R> wanted, AdmissionRequest request, Question<R, T> question, T without) {
        Admission.Settings settings = admission.settings();
        Optional<ServiceLease<Rule<R>>.Held> held = rules.lease().hold(wanted.name());
        if (held.isEmpty()) {
            // It has just been taken away.
            if (settings.required().contains(wanted.name())) {
                throw missing(request, wanted.name());
            }
            return without;
        }
        try (ServiceLease<Rule<R>>.Held lease = held.get()) {
            Rule<R> rule = lease.service();
            return question.ask(rule.vendor(), new Asking(rule.calls(), settings));
        } catch (RuleCalls.FailedException e) {
            if (settings.isIgnored(wanted.name())) {
                return without;
            }
            throw new ResourceException(
                    Reason.UNAVAILABLE,
                    request + " cannot be admitted: " + e.getMessage()
                            + "; see kochab:plugin-list. To go on without it, add " + Problems.quoted(wanted.name())
                            + " to ignored in org.kochab.admission");
        }
    }

    private static ResourceException missing(AdmissionRequest request, String rule) {
        return new ResourceException(
                Reason.UNAVAILABLE,
                request + " cannot be admitted: no bundle offers admission rule " + Problems.quoted(rule)
                        + ", which is required. Try again if its bundle is being started or updated; to go on without it, remove it from required in"
                        + " org.kochab.admission");
    }

    private static AdmissionContext context(AdmissionRequest request, Reads reads) {
        TenantId tenant = request.tenant();
        return new AdmissionContext() {
            @Override
            public Optional<Resource> get(Kind kind, @Nullable String namespace, String name) {
                requireTenants(kind);
                return reads.get(new ResourceRef(tenant, kind, namespace, name));
            }

            @Override
            public List<Resource> list(Kind kind, @Nullable String namespace) {
                requireTenants(kind);
                return reads.some(tenant, kind, namespace);
            }
        };
    }

    private static void requireTenants(Kind kind) {
        if (kind.scope() == Kind.Scope.PLATFORM) {
            throw new IllegalArgumentException(kind.plural() + " are the platform's: rules read what is in a tenant");
        }
    }
}
