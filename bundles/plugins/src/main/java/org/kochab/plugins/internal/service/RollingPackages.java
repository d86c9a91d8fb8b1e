package org.kochab.plugins.internal.service;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kochab.api.codec.Codec;
import org.kochab.api.plugin.Plugin;
import org.kochab.api.plugin.PluginPackage;
import org.kochab.api.plugin.PluginPackages;
import org.kochab.api.plugin.PluginRequest;
import org.kochab.api.plugin.PluginRollout;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.plugins.internal.core.Refused;
import org.kochab.spi.cluster.MemberCalls;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Plugins on all members, one member after the other. */
public final class RollingPackages implements PluginPackages, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RollingPackages.class);
    private static final Duration FETCH = Duration.ofMinutes(5);

    private final Settings settings;
    private final Codec codec;
    private final InstalledPackages here;
    private final PeerService peers;
    private volatile @Nullable MemberCalls calls;
    private MemberCalls.@Nullable Serving serving;

    /**
     * Takes back what was begun before a crash.
     *
     * @param used the services that are plugged in, and who uses them
     */
    public RollingPackages(
            BundleContext context,
            ServiceComponentRuntime components,
            Commands commands,
            Codec codec,
            Settings settings,
            Supplier<List<Plugin>> used)
            throws IOException {
        this.settings = settings;
        this.codec = codec;
        here = new InstalledPackages(context, components, commands, codec, settings, used);
        peers = new PeerService(here, codec, settings.directory(), settings.limits());
    }

    /**
     * Begins to install again what the framework has lost, as after an upgrade of the distribution.
     *
     * @return the thread that does it
     */
    public Thread bringBack() {
        Thread thread = new Thread(here::bringBack, "kochab-plugins-return");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** From now on the other members are reached by this. */
    public synchronized void attach(MemberCalls newer) {
        stopServing();
        calls = newer;
        serving = newer.serve(Wire.SERVICE, peers);
    }

    public synchronized void detach(MemberCalls gone) {
        if (calls == gone) {
            calls = null;
            stopServing();
        }
    }

    private void stopServing() {
        if (serving != null) {
            serving.close();
            serving = null;
        }
    }

    @Override
    public List<PluginPackage> list() {
        return here.list();
    }

    @Override
    public PluginPackage get(String name) {
        return here.get(name);
    }

    @Override
    public PluginRollout install(PluginRequest request) {
        return roll("", request);
    }

    @Override
    public PluginRollout update(String name, PluginRequest request) {
        here.get(name);
        return roll(name, request);
    }

    private PluginRollout roll(String update, PluginRequest request) {
        try (Staging staging = new Staging(settings.directory())) {
            Path file = staging.directory().resolve("package");
            String sha256 = Limited.call(
                    "fetch",
                    FETCH,
                    () -> Sources.copy(request.source(), file, settings.limits().fileBytes()));
            Order order = new Order(
                    UUID.randomUUID().toString(),
                    update,
                    request.source(),
                    sha256,
                    request.requireSignature(),
                    request.timeout().toMillis());
            return new Roll(order, seats()).over(file);
        } catch (TimeoutException e) {
            throw new ResourceException(
                    Reason.UNAVAILABLE,
                    request.source() + " was not there after " + FETCH.toMinutes()
                            + " minutes: copy it to this member first");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Refused refused) {
                throw new ResourceException(Reason.INVALID, "Nothing was changed. " + refused.getMessage());
            }
            throw new ResourceException(Reason.UNAVAILABLE, "Nothing was changed: " + e.getCause());
        } catch (IOException e) {
            throw new ResourceException(Reason.UNAVAILABLE, "Nothing was changed: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ResourceException(Reason.UNAVAILABLE, "interrupted; nothing was changed");
        }
    }

    /** This member, then the others that are seen, by name. */
    private List<Seat> seats() {
        List<Seat> seats = new ArrayList<>(List.of(here));
        MemberCalls now = calls;
        if (now != null) {
            now.members().stream()
                    .filter(m -> !m.equals(now.member()))
                    .forEach(m -> seats.add(new RemoteSeat(now, m, codec, settings.back())));
        }
        return seats;
    }

    private String name(Seat seat) {
        if (seat instanceof RemoteSeat other) {
            return other.member();
        }
        MemberCalls now = calls;
        return now == null ? "this member" : now.member();
    }

    /** One order on its way over the members. */
    private final class Roll {
        private final Order order;
        private final List<Seat> seats;
        private final List<Seat> changed = new ArrayList<>();
        private String plugin = "";

        Roll(Order order, List<Seat> seats) {
            this.order = order;
            this.seats = seats;
        }

        PluginRollout over(Path file) {
            for (Seat seat : seats) {
                try {
                    Seat.Done done = seat.put(order, file);
                    plugin = done.plugin();
                    if (done.changed()) {
                        changed.add(seat);
                    }
                } catch (ResourceException e) {
                    throw undone(seat, e);
                }
            }
            if (changed.isEmpty()) {
                throw new ResourceException(
                        Reason.ALREADY_EXISTS, "plugin " + plugin + " is installed already, from the same file");
            }
            for (Seat seat : changed) {
                try {
                    seat.keep(plugin, order);
                } catch (ResourceException e) {
                    // It is there and works; that member lets go of the former version when it starts again.
                    LOG.warn("{} still holds the former version of plugin {}", name(seat), plugin, e);
                }
            }
            return new PluginRollout(
                    here.get(plugin),
                    calls == null
                            ? List.of()
                            : seats.stream()
                                    .map(RollingPackages.this::name)
                                    .sorted()
                                    .toList());
        }

        /** Takes back what was done before it failed somewhere. */
        private ResourceException undone(Seat where, ResourceException why) {
            if (seats.size() == 1) {
                return why;
            }
            // Whoever has interrupted this gets everything taken back all the same.
            boolean interrupted = Thread.interrupted();
            try {
                if (where != here && why.reason() == Reason.UNKNOWN && !plugin.isEmpty()) {
                    changed.add(where);
                }
                List<String> back = new ArrayList<>();
                List<String> left = new ArrayList<>();
                Collections.reverse(changed);
                for (Seat seat : changed) {
                    try {
                        seat.takeBack(plugin, order);
                        back.add(name(seat));
                    } catch (ResourceException e) {
                        left.add(name(seat) + ": " + e.getMessage());
                    }
                }
                back.remove(name(where));
                String text = "On " + name(where) + ": " + why.getMessage()
                        + (back.isEmpty() ? "" : "\nIt was taken back on " + String.join(", ", back))
                        + (left.isEmpty() ? "" : "\nIt could not be taken back on " + String.join("; ", left));
                return new ResourceException(left.isEmpty() ? settled(where, why) : Reason.UNKNOWN, text);
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        /** What another member may or may not have done is taken back now. */
        private Reason settled(Seat where, ResourceException why) {
            return where != here && why.reason() == Reason.UNKNOWN && changed.contains(where)
                    ? Reason.UNAVAILABLE
                    : why.reason();
        }
    }

    @Override
    public void remove(String name) {
        List<String> left = new ArrayList<>();
        for (Seat seat : seats()) {
            try {
                seat.remove(name);
            } catch (ResourceException e) {
                if (seat == here) {
                    throw e;
                } else if (e.reason() != Reason.NOT_FOUND) {
                    left.add(name(seat) + ": " + e.getMessage());
                }
            }
        }
        if (!left.isEmpty()) {
            throw new ResourceException(
                    Reason.UNKNOWN,
                    "plugin " + name + " is removed here, and left on " + String.join("; ", left)
                            + ". Use kochab:plugin-remove there");
        }
    }

    /** Ends what is under way here, and waits for that. */
    @Override
    public void close() {
        peers.close();
        here.close();
    }
}
