package org.kochab.shell.internal.command;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.GoneException;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceEvent;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourcePage;
import org.kochab.api.resource.ResourceService;
import org.kochab.api.resource.ResourceWatch;

/** Follows a query: what is there, then every change, until interrupted. */
final class Watching {
    private static final Duration WAIT = Duration.ofSeconds(1);
    private static final int PAGE = 1000;

    private final ResourceService resources;
    private final TenantId tenant;
    private final Kind kind;
    private final Query query;

    Watching(ResourceService resources, TenantId tenant, Kind kind, Query query) {
        this.resources = resources;
        this.tenant = tenant;
        this.kind = kind;
        this.query = query;
    }

    /** @param wanted asked about once a second whether to go on */
    void run(Consumer<List<Resource>> each, BooleanSupplier wanted) {
        try {
            while (wanted.getAsBoolean()) {
                String from = showAll(each);
                try {
                    follow(from, each, wanted);
                } catch (GoneException e) {
                    // Too slow, or the partition has a new leader: what is there now is shown again.
                } catch (ResourceException e) {
                    if (e.reason() != ResourceException.Reason.GONE) {
                        throw e;
                    }
                }
            }
        } catch (InterruptedException e) {
            // Ctrl-C is how it is ended.
            Thread.currentThread().interrupt();
        }
    }

    private String showAll(Consumer<List<Resource>> each) {
        ResourcePage page = resources.list(tenant, kind, query.page(PAGE, java.util.Optional.empty()));
        String version = page.resourceVersion();
        each.accept(page.items());
        while (page.next().isPresent()) {
            page = resources.list(tenant, kind, query.page(PAGE, page.next()));
            each.accept(page.items());
        }
        return version;
    }

    private void follow(String from, Consumer<List<Resource>> each, BooleanSupplier wanted)
            throws GoneException, InterruptedException {
        try (ResourceWatch watch = resources.watch(tenant, kind, query, from)) {
            while (wanted.getAsBoolean()) {
                List<Resource> batch = new ArrayList<>();
                for (ResourceEvent e : watch.poll(WAIT)) {
                    if (e instanceof ResourceEvent.Added a) {
                        batch.add(a.resource());
                    } else if (e instanceof ResourceEvent.Modified m) {
                        batch.add(m.resource());
                    } else if (e instanceof ResourceEvent.Deleted d) {
                        batch.add(marked(d.last()));
                    }
                }
                if (!batch.isEmpty()) {
                    each.accept(batch);
                }
            }
        }
    }

    /** What is gone is shown once more as ending, even if it was never marked. */
    private static Resource marked(Resource last) {
        ObjectMeta meta = last.metadata();
        return meta.deletionTimestamp() != null
                ? last
                : last.withMetadata(meta.withDeletion(java.time.Instant.now(), 0));
    }
}
