package org.kochab.shell.internal.command;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.jspecify.annotations.Nullable;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourcePage;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceService;
import org.kochab.resourcetext.AuditLine;
import org.kochab.shell.internal.core.Failure;
import org.kochab.shell.internal.core.KindNames;
import org.kochab.shell.internal.session.Asking;
import org.kochab.shell.internal.session.NamespaceCompleter;
import org.kochab.shell.internal.session.Scope;
import org.kochab.shell.internal.session.TenantCompleter;

/** A command on resources: in a tenant and a namespace. */
abstract class ResourceCommand extends KochabCommand {
    private static final int PAGE = 500;
    private static final int MOST_ATTEMPTS = 5;

    @Option(name = "-t", aliases = "--tenant", description = "Tenant; the session's if not given")
    @Completion(TenantCompleter.class)
    @Nullable
    String tenant;

    @Option(name = "-n", aliases = "--namespace", description = "Namespace; the session's if not given")
    @Completion(NamespaceCompleter.class)
    @Nullable
    String namespace;

    @Reference(optional = true)
    @Nullable
    ResourceService resources;

    @Reference(optional = true)
    @Nullable
    Codec codec;

    @Override
    final void place(AuditLine line) {
        line.with("tenant", said(tenant, Scope.TENANT)).with("namespace", said(namespace, Scope.NAMESPACE));
    }

    /** As it is, whether it is a name or not. */
    private String said(@Nullable String given, String variable) {
        Object value = given == null ? session.get(variable) : given;
        return value == null ? Scope.DEFAULT : value.toString();
    }

    final ResourceService resources() {
        return need(resources, "resource service").as(Asking.now());
    }

    final Codec codec() {
        return need(codec, "codec");
    }

    final Scope scope() {
        return Scope.of(session, tenant, namespace);
    }

    final Kind kind(String text) {
        return KindNames.resolve(text, kinds());
    }

    /** The kinds that the command's tenant has; the built-in ones of a tenant that is not there, for the platform's kinds are asked for anywhere. */
    final List<Kind> kinds() {
        try {
            return resources().kinds(scope().tenant());
        } catch (ResourceException e) {
            if (e.reason() == ResourceException.Reason.INVALID) {
                throw e;
            }
            return Kind.BUILT_IN;
        }
    }

    final Resource get(Kind kind, String name) {
        return find(kind, name)
                .orElseThrow(() -> new Failure("There is no " + kind.name() + " " + name + " " + scope().where(kind)
                        + ": kochab:get " + kind.plural() + " lists what is there"));
    }

    final Optional<Resource> find(Kind kind, String name) {
        return resources().get(scope().ref(kind, name));
    }

    final <R extends Resource> R get(Kind kind, String name, Class<R> type) {
        return type.cast(get(kind, name));
    }

    /**
     * A whole list, or the first of it.
     *
     * @param more whether there was more than asked for
     * @param unreachable partitions whose part is missing
     */
    record Listed(List<Resource> items, String resourceVersion, boolean more, List<String> unreachable) {}

    final Listed list(TenantId of, Kind kind, Query query, int most) {
        List<Resource> items = new ArrayList<>();
        var unreachable = new TreeSet<String>();
        Optional<String> next = Optional.empty();
        ResourcePage page;
        do {
            page = resources().list(of, kind, query.page(Math.min(PAGE, most - items.size()), next));
            items.addAll(page.items());
            unreachable.addAll(page.unreachable());
            next = page.next();
        } while (next.isPresent() && items.size() < most);
        return new Listed(items, page.resourceVersion(), next.isPresent(), List.copyOf(unreachable));
    }

    /** All tenants' names. */
    final List<TenantId> tenants() {
        return list(TenantId.SYSTEM, Kind.TENANT, Query.namespace(null), 100_000).items().stream()
                .map(t -> new TenantId(String.valueOf(t.metadata().name())))
                .toList();
    }

    /** Changes a resource; somebody else's change in between is a reason to look again, a few times. */
    final Resource change(ResourceRef ref, UnaryOperator<Resource> change) {
        for (int attempt = 1; ; attempt++) {
            Resource current = resources()
                    .get(ref)
                    .orElseThrow(() -> new Failure(
                            "There is no " + ref + ": kochab:get " + ref.kind().plural() + " lists what is there"));
            Resource wanted = change.apply(current);
            if (wanted.equals(current)) {
                return current;
            }
            try {
                return resources().update(ref.tenant(), wanted);
            } catch (ResourceException e) {
                if (e.reason() != ResourceException.Reason.CONFLICT || attempt == MOST_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    static Instant now() {
        return Instant.now();
    }
}
