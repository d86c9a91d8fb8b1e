package org.kochab.testkit.controller;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.CustomResourceDefinition;
import org.kochab.api.model.Kind;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.Namespace;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.PersistentVolume;
import org.kochab.api.model.PersistentVolumeClaim;
import org.kochab.api.model.Pod;
import org.kochab.api.model.Resource;
import org.kochab.api.model.Tenant;
import org.kochab.api.model.TenantId;
import org.kochab.api.node.NodeCommand;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.Finalizers;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceService;
import org.kochab.spi.controller.CommandState;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.controller.ControllerContext;
import org.kochab.spi.controller.Nodes;
import org.kochab.spi.controller.Outcome;

/**
 * A tenant partition of maps, by the rules of the contracts, that runs controllers until nothing changes. Time moves only when told to. For one thread.
 * Pods end as soon as they are deleted, unless a subclass says otherwise, and go when they have no finalizer any more.
 */
public class TestPartition implements ControllerContext {
    /** The tenant whose objects it has. */
    public static final TenantId TENANT = new TenantId("acme");

    private final List<String> events = new ArrayList<>();
    private final List<Controller> controllers = new ArrayList<>();
    private final List<String> commands = new ArrayList<>();
    private final Map<String, CommandState> answers = new TreeMap<>();
    private final Map<String, Resource> objects = new TreeMap<>();
    private final List<Kind> custom = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private long revision;
    private long uids;
    private Nodes nodes = new Nodes(List.of(), true);
    private @Nullable Duration wake;

    public TestPartition(Controller... controllers) {
        add(List.of(controllers));
    }

    /** Kinds that they name and that are not built in are there from now on. */
    public final void add(List<? extends Controller> more) {
        controllers.addAll(more);
        for (Controller c : more) {
            with(c.kind());
            c.owns().forEach(this::with);
        }
    }

    /** Events, each as {@code TYPE REASON MESSAGE}. */
    public List<String> events() {
        return Collections.unmodifiableList(events);
    }

    /** Commands to nodes, each with its node, as often as they were asked for. */
    public List<String> commands() {
        return Collections.unmodifiableList(commands);
    }

    /** What a node answers to the command of a correlation; before that, nothing yet. */
    public void answer(String correlation, CommandState state) {
        answers.put(correlation, state);
    }

    /** Grows with each write. */
    public long revision() {
        return revision;
    }

    /** Reconciles everything until nothing changes. */
    public TestPartition settle() {
        for (int round = 0; round < 10_000; round++) {
            long before = revision;
            wake = null;
            for (Resource r : List.copyOf(objects.values())) {
                Kind kind = kindOf(r);
                for (Controller c : controllers) {
                    if (c.kind().equals(kind)
                            || kind.isCustom()
                                    && (c.kind() == Kind.ANY_CUSTOM || c.kind().isSame(kind))) {
                        reconcile(c, ResourceRef.of(kind, r));
                    }
                }
            }
            if (revision == before) {
                return this;
            }
        }
        throw new AssertionError("the controllers never come to rest");
    }

    private void reconcile(Controller c, ResourceRef ref) {
        try {
            if (c.reconcile(this, ref) instanceof Outcome.Again a
                    && (wake == null || a.after().compareTo(wake) < 0)) {
                wake = a.after();
            }
        } catch (ResourceException e) {
            if (e.reason() != ResourceException.Reason.INVALID) {
                throw e;
            }
        }
    }

    /** After how long a controller wants to be called again. */
    public Optional<Duration> wake() {
        return Optional.ofNullable(wake);
    }

    /** Lets time pass, then settles. */
    public TestPartition pass(Duration time) {
        now = now.plus(time);
        return settle();
    }

    public <R extends Resource> List<R> all(Kind kind, Class<R> type) {
        return list(TENANT, kind, null, null).stream().map(type::cast).toList();
    }

    public <R extends Resource> R one(Kind kind, String name, Class<R> type) {
        return all(kind, type).stream()
                .filter(r -> name.equals(r.metadata().name()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind.name() + " " + name + " in " + objects.keySet()));
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public List<Kind> kinds(TenantId tenant) {
        List<Kind> kinds = new ArrayList<>(Kind.BUILT_IN);
        kinds.addAll(custom);
        return kinds;
    }

    /** Gives the tenant a kind that is not built in; its schema is not looked at. */
    public final TestPartition with(Kind kind) {
        if (kind.isCustom() && kind != Kind.ANY_CUSTOM && custom.stream().noneMatch(kind::isSame)) {
            custom.add(kind);
        }
        return this;
    }

    @Override
    public Nodes nodes() {
        return nodes;
    }

    /** The platform's nodes from now on: all of them, or those in sight. */
    public final void nodes(Nodes value) {
        nodes = value;
    }

    @Override
    public Optional<Resource> get(ResourceRef ref) {
        return Optional.ofNullable(objects.get(key(ref.tenant(), ref.kind(), ref.namespace(), ref.name())));
    }

    @Override
    public List<Resource> list(
            TenantId tenant, Kind kind, @Nullable String namespace, @Nullable LabelSelector selector) {
        return objects.values().stream()
                .filter(r -> kindOf(r).isSame(kind))
                .filter(r -> tenant.value().equals(r.metadata().tenant()))
                .filter(r -> namespace == null || namespace.equals(r.metadata().namespace()))
                .filter(r -> selector == null || selector.matches(r.metadata().labels()))
                .toList();
    }

    @Override
    public List<Resource> dependents(TenantId tenant, Kind kind, String ownerUid) {
        return list(tenant, kind, null, null).stream()
                .filter(r -> r.metadata().ownerReferences().stream()
                        .anyMatch(o -> o.uid().equals(ownerUid)))
                .toList();
    }

    @Override
    public List<Resource> uncontrolled(TenantId tenant, Kind kind, String namespace) {
        return list(tenant, kind, namespace, null).stream()
                .filter(r ->
                        r.metadata().ownerReferences().stream().noneMatch(o -> Boolean.TRUE.equals(o.controller())))
                .toList();
    }

    @Override
    public Resource create(TenantId tenant, Resource resource) {
        Resource named = named(resource);
        ObjectMeta meta = named.metadata();
        Kind kind = kindOf(resource);
        String place = kind.scope() == Kind.Scope.PLATFORM ? TenantId.SYSTEM.value() : tenant.value();
        Resource created =
                named.withMetadata(meta.withPlace(place, meta.namespace()).created("uid-" + ++uids, now));
        if (objects.containsKey(key(created))) {
            throw new ResourceException(ResourceException.Reason.ALREADY_EXISTS, meta.name() + " exists");
        }
        return put(created);
    }

    /** With a name, if there is but the beginning of one. */
    protected final Resource named(Resource resource) {
        ObjectMeta meta = resource.metadata();
        return meta.name() != null
                ? resource
                : resource.withMetadata(meta.withName(meta.generateName() + String.format("%05d", ++uids)));
    }

    @Override
    public List<ResourceService.Outcome> createAll(TenantId tenant, List<Resource> resources) {
        List<ResourceService.Outcome> all = new ArrayList<>();
        for (Resource r : resources) {
            try {
                all.add(new ResourceService.Outcome.Stored(create(tenant, r)));
            } catch (ResourceException e) {
                all.add(new ResourceService.Outcome.Refused(e.reason(), e.getMessage()));
            }
        }
        return all;
    }

    @Override
    public Resource update(TenantId tenant, Resource resource) {
        Resource old = current(resource);
        if (marked(old)
                && resource.metadata().finalizers().isEmpty()
                && (!(old instanceof Pod pod) || endsAtOnce(pod))) {
            remove(old);
            return resource;
        }
        boolean spec = !withoutMeta(old).equals(withoutMeta(resource));
        long generation = Objects.requireNonNull(old.metadata().generation());
        return put(resource.withMetadata(resource.metadata().withGeneration(spec ? generation + 1 : generation)));
    }

    @Override
    public Resource updateStatus(TenantId tenant, Resource resource) {
        current(resource);
        return put(resource);
    }

    @Override
    public void delete(ResourceRef ref, DeleteOptions options) {
        delete(get(ref).orElseThrow(), options);
    }

    @Override
    public void deleteAll(Kind kind, List<Resource> list, DeleteOptions options) {
        for (Resource r : list) {
            Resource there = objects.get(key(r));
            if (there != null && !marked(there)) {
                delete(there, options);
            }
        }
    }

    @Override
    public CommandState command(ResourceRef object, String node, NodeCommand.Correlated command) {
        String what = command instanceof NodeCommand.Act act
                ? act.action() + " " + act.snapshotName()
                : ((NodeCommand.DeleteVolume) command).tenant() + " " + ((NodeCommand.DeleteVolume) command).volume();
        commands.add(node + " " + command.correlation() + " " + what + " " + command.timeoutSeconds());
        return answers.getOrDefault(command.correlation(), new CommandState.UnderWay(""));
    }

    @Override
    public void event(Resource about, String type, String reason, String message) {
        events.add(type + " " + reason + " " + message);
    }

    public void delete(Resource r, DeleteOptions options) {
        if (r instanceof Pod pod) {
            if (endsAtOnce(pod) && r.metadata().finalizers().isEmpty()) {
                remove(r);
            } else {
                put(r.withMetadata(r.metadata().withDeletion(now, 30)));
            }
            return;
        }
        List<String> finalizers = new ArrayList<>(r.metadata().finalizers());
        if (r instanceof Namespace || r instanceof Tenant || r instanceof CustomResourceDefinition) {
            finalizers.add(Finalizers.CONTENTS);
        } else if (r instanceof PersistentVolumeClaim) {
            finalizers.add(Finalizers.CLAIM_PROTECTION);
        } else if (r instanceof PersistentVolume) {
            finalizers.add(Finalizers.VOLUME_PROTECTION);
        } else if (kinds(TENANT).stream().anyMatch(k -> !dependents(
                        TENANT, k, String.valueOf(r.metadata().uid()))
                .isEmpty())) {
            finalizers.add(options.orphan() ? Finalizers.ORPHAN : Finalizers.DEPENDENTS);
        }
        if (finalizers.isEmpty()) {
            remove(r);
        } else {
            put(r.withMetadata(r.metadata().withDeletion(now, 0).withFinalizers(finalizers)));
        }
    }

    private Resource current(Resource resource) {
        Resource old = objects.get(key(resource));
        if (old == null) {
            throw new ResourceException(ResourceException.Reason.NOT_FOUND, key(resource) + " does not exist");
        }
        if (!Objects.equals(
                old.metadata().resourceVersion(), resource.metadata().resourceVersion())) {
            throw new ResourceException(ResourceException.Reason.CONFLICT, key(resource) + " has changed");
        }
        return old;
    }

    private Resource put(Resource r) {
        Resource stored = r.withMetadata(r.metadata().withResourceVersion(Long.toString(++revision)));
        objects.put(key(stored), stored);
        return stored;
    }

    /** Whether a deleted pod is gone at once; otherwise it is marked, and the test removes it. */
    protected boolean endsAtOnce(Pod pod) {
        return true;
    }

    private static boolean marked(Resource resource) {
        return resource.metadata().deletionTimestamp() != null;
    }

    /** As the store forgets it, whatever it belongs to. */
    protected final void remove(Resource r) {
        revision++;
        objects.remove(key(r));
    }

    private static Resource withoutMeta(Resource r) {
        return r.withMetadata(ObjectMeta.named(""));
    }

    private String key(Resource r) {
        ResourceRef ref = ResourceRef.of(kindOf(r), r);
        return key(ref.tenant(), ref.kind(), ref.namespace(), ref.name());
    }

    private static String key(TenantId tenant, Kind kind, @Nullable String namespace, String name) {
        return tenant + "/" + kind.name() + "/" + namespace + "/" + name;
    }

    private Kind kindOf(Resource r) {
        return kinds(TENANT).stream()
                .filter(k -> k.name().equals(r.kind()) && k.apiVersion().equals(r.apiVersion()))
                .findFirst()
                .orElseThrow();
    }
}
