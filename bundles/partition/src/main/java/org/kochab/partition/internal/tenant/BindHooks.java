package org.kochab.partition.internal.tenant;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import org.kochab.api.model.TenantId;
import org.kochab.api.plugin.Plugin;
import org.kochab.api.plugin.PluginReport;
import org.kochab.partition.internal.core.tenant.Permits;
import org.kochab.partition.internal.core.tenant.Permits.Entry;
import org.kochab.spi.scheduler.BindHook;
import org.kochab.spi.scheduler.Permit;

/** The hooks of this member between placement and claim. Thread-safe. */
final class BindHooks implements PluginReport, AutoCloseable {
    static final int MOST_A_CALL = 2_000;

    private final LongSupplier clock;
    private final Duration limit;
    private final Map<BindHook, HookQueue> hooks = new IdentityHashMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private long number;
    private volatile List<HookQueue> all = List.of();
    private volatile List<Permits.Hook> known = List.of();

    BindHooks() {
        this(System::nanoTime, HookQueue.LIMIT);
    }

    /** @param limit of one call */
    BindHooks(LongSupplier clock, Duration limit) {
        this.clock = clock;
        this.limit = limit;
    }

    /** @param changed told when one came or went; must return at once */
    void listen(Runnable changed) {
        listeners.add(changed);
    }

    void unlisten(Runnable changed) {
        listeners.remove(changed);
    }

    /** @param bundle where it comes from */
    void add(BindHook hook, String bundle, String version) {
        String name = Objects.requireNonNull(hook.name(), "name() of a bind hook");
        String label = Objects.requireNonNull(hook.label(), "label() of a bind hook");
        Set<String> tenants = new TreeSet<>();
        hook.tenants().stream().map(TenantId::value).forEach(tenants::add);
        ServiceLease.Origin origin = new ServiceLease.Origin(bundle, version);
        HookQueue queue;
        synchronized (hooks) {
            Permits.Hook as = new Permits.Hook(++number, name, label, tenants, "bind hook '" + name + "' of " + origin);
            queue = new HookQueue(hook, as, origin, clock, limit);
            hooks.put(hook, queue);
            changed();
        }
        queue.start();
        listeners.forEach(Runnable::run);
    }

    /** Returns when it is not being called any more, at most after 10 seconds. */
    void remove(BindHook hook) {
        HookQueue gone;
        synchronized (hooks) {
            gone = hooks.remove(hook);
            changed();
        }
        listeners.forEach(Runnable::run);
        if (gone != null) {
            gone.close();
        }
    }

    private void changed() {
        all = List.copyOf(hooks.values());
        known = all.stream()
                .map(HookQueue::hook)
                .sorted(Comparator.comparing(Permits.Hook::name).thenComparing(Permits.Hook::number))
                .toList();
    }

    /** Asks and tells what is to be asked and told. For the thread of one partition's pods, which the answers come back to. */
    void work(Permits permits, Inbox inbox) {
        permits.hooks(known);
        for (HookQueue queue : all) {
            Permits.Told told = permits.takeTold(queue.hook());
            if (!told.isEmpty()) {
                queue.tell(told);
            }
            List<Entry> entries = permits.take(queue.hook(), MOST_A_CALL, inbox.nanos());
            if (!entries.isEmpty()) {
                ask(queue, permits, entries, inbox);
            }
        }
    }

    private static void ask(HookQueue queue, Permits permits, List<Entry> entries, Inbox inbox) {
        queue.ask(entries.stream().map(Entry::reservation).toList(), new HookQueue.Answers() {
            @Override
            public void permits(List<Permit> answers) {
                inbox.post(() -> permits.answered(queue.hook(), entries, answers, inbox.nanos()));
            }

            @Override
            public void failed(String why) {
                inbox.post(() -> permits.failed(queue.hook(), entries, why));
            }

            @Override
            public void none() {
                inbox.post(() -> permits.unanswered(queue.hook(), entries, inbox.nanos()));
            }
        });
    }

    @Override
    public List<Plugin> plugins() {
        List<Plugin> plugins = new ArrayList<>();
        all.forEach(q -> plugins.add(q.plugin()));
        return plugins;
    }

    @Override
    public void close() {
        all.forEach(HookQueue::close);
    }
}
