package org.kochab.agent.internal.loop;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.kochab.agent.internal.core.Effect;
import org.kochab.agent.internal.core.Moment;
import org.kochab.agent.internal.core.Outbox;
import org.kochab.agent.internal.core.Reconciler;
import org.kochab.agent.internal.identity.Identity;
import org.kochab.agent.internal.link.MqttLink;
import org.kochab.agent.internal.node.LocalProvisioner;
import org.kochab.agent.internal.node.Machine;
import org.kochab.agent.internal.node.Memory;
import org.kochab.agent.internal.node.Provisioners;
import org.kochab.agent.internal.node.Settings;
import org.kochab.agent.internal.node.Volumes;
import org.kochab.agent.internal.update.Launcher;
import org.kochab.api.codec.Codec;
import org.kochab.spi.device.DeviceProvider;
import org.kochab.spi.runtime.RuntimeDriver;
import org.kochab.spi.volume.VolumeProvisioner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent of one node. It works from its checkpoint: adopts what runs, starts what is missing, and only then connects. Closing it ends
 * the link and the threads, not what runs.
 */
public final class Agent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
    private static final long OUTBOX_BYTES = 4 << 20;
    private static final long SAVE_AGAIN_MILLIS = 1_000;
    private static final long LONGEST_START = 30_000;
    /** How long drivers that no pod needs wait for the first connect. */
    private static final long LONGEST_HOLD = 5_000;

    private final Settings settings;
    private final Memory memory;
    private final Reconciler core;
    private final Pools pools = new Pools();
    private final EventLoop loop;
    private final Runtimes runtimes;
    private final Devices devices;
    private final Provisioners provisioners;
    private final Work work;
    private final MqttLink link;
    private final Uplink uplink;
    private final Commands commands;
    private final Updates updates;
    private final Inbox inbox;
    private final Supplier<Moment> clock = Agent::now;
    private final long startedAt = now().millis();
    private boolean released;
    private boolean unsaved;
    private long saveAt;

    /** One that no launcher started, and that cannot be updated. */
    public Agent(Settings settings, String version, Codec codec) throws IOException {
        this(settings, version, codec, Optional.empty());
    }

    /** @throws IOException if the data directory cannot be used */
    public Agent(Settings settings, String version, Codec codec, Optional<Launcher> launcher) throws IOException {
        this(settings, version, codec, launcher, Devices.Pace.DEFAULT);
    }

    Agent(Settings settings, String version, Codec codec, Optional<Launcher> launcher, Devices.Pace pace)
            throws IOException {
        this.settings = settings;
        java.nio.file.Files.createDirectories(settings.directory());
        memory = new Memory(settings.directory(), codec);
        Machine machine = Machine.measure(settings, version);
        core = new Reconciler(memory.load(), memory::spec, machine.hostIp(), now());
        loop = new EventLoop(this::settle);
        runtimes = new Runtimes(pools, loop, core);
        devices = new Devices(settings, loop, core.devices(), pace);
        provisioners =
                new Provisioners(LocalProvisioner.all(settings.directory().toAbsolutePath()));
        Volumes volumes = new Volumes(settings.directory(), provisioners);
        work = new Work(pools, loop, core, runtimes, devices, volumes, clock);
        updates = new Updates(launcher, loop, pools);
        Outbox outbox = new Outbox(OUTBOX_BYTES);
        link = new MqttLink("kochab-" + settings.resourceManager() + "-" + settings.node(), new LinkListener());
        WayIn wayIn = new WayIn(
                Identity.load(settings.directory().resolve("identity"), codec, settings.node(), settings.joinToken()));
        Uplink.Parts parts =
                new Uplink.Parts(settings, machine, version, codec, memory, core, loop, wayIn, updates, provisioners);
        uplink = new Uplink(parts, runtimes, devices, link, new SplittableRandom(), outbox, now());
        commands = new Commands(codec, core, runtimes, uplink, outbox, loop, pools, updates, provisioners);
        inbox = new Inbox(codec, core, memory, uplink, commands);
    }

    public void start() {
        loop.start();
    }

    /** A driver is there. */
    public void add(RuntimeDriver driver) {
        loop.post(() -> runtimes.add(driver));
    }

    public void remove(RuntimeDriver driver) {
        loop.post(() -> runtimes.remove(driver));
    }

    /** A provider of devices is there. */
    public void add(DeviceProvider provider) {
        loop.post(() -> devices.add(provider));
    }

    public void remove(DeviceProvider provider) {
        loop.post(() -> devices.remove(provider));
    }

    /** A provisioner of volumes is there. */
    public void add(VolumeProvisioner provisioner) {
        provisioners.add(provisioner);
        pools.checks.execute(() -> {
            provisioners.probe(provisioner);
            loop.post(() -> {});
        });
    }

    public void remove(VolumeProvisioner provisioner) {
        provisioners.remove(provisioner);
        loop.post(() -> {});
    }

    private long settle() {
        Moment now = clock.get();
        // Ticks may end pods and change what is to be done: they come before the step.
        long next = Math.min(admit(now), Math.min(Math.min(runtimes.tick(now), devices.tick(now)), release(now)));
        var effects = core.step(now);
        try {
            next = Math.min(next, save(now));
        } finally {
            effects.forEach(this::execute);
        }
        boolean healthy = uplink.isHeard() && core.kindsInUse().stream().allMatch(runtimes::known);
        next = Math.min(next, updates.tick(now, healthy));
        next = Math.min(next, uplink.tick(now));
        next = Math.min(next, core.nextDue(now));
        return next == Long.MAX_VALUE
                ? Long.MAX_VALUE
                : Math.max(0, next - clock.get().millis());
    }

    /**
     * Makes durable what was decided, before it is done. A full disk keeps a node neither from doing what it was told nor from saying that it is there.
     *
     * @return when to try again
     */
    private long save(Moment now) {
        if (unsaved && now.millis() < saveAt) {
            return saveAt;
        }
        try {
            memory.save(core.checkpoint(), core.specsInUse());
            if (unsaved) {
                LOG.info("The checkpoint is written again");
                unsaved = false;
            }
            return Long.MAX_VALUE;
        } catch (IOException e) {
            if (!unsaved) {
                LOG.error(
                        "The checkpoint cannot be written to {} ({}): make room there. Until then a restart of the agent goes back to what was written last",
                        settings.directory(),
                        e.getMessage());
            }
            unsaved = true;
            saveAt = now.millis() + SAVE_AGAIN_MILLIS;
            return saveAt;
        }
    }

    private void execute(Effect effect) {
        work.execute(effect);
    }

    /** Drivers that no pod needs are tried out once the node is connected; without a broker, not much later. */
    private long admit(Moment now) {
        if (uplink.up() || now.millis() - startedAt >= LONGEST_HOLD) {
            runtimes.admitAll();
            return Long.MAX_VALUE;
        }
        return startedAt + LONGEST_HOLD;
    }

    /** Start order: what runs is adopted and what is missing is started before anything is said. */
    private long release(Moment now) {
        if (released) {
            return Long.MAX_VALUE;
        }
        long waited = now.millis() - startedAt;
        var needed = new TreeSet<>(core.kindsInUse());
        boolean drivers = needed.stream().allMatch(runtimes::known);
        long most = settings.waitForDrivers().toMillis() + (drivers ? LONGEST_START : 0);
        if (drivers && core.settled() || waited >= most) {
            released = true;
            LOG.info("Adopted what runs and started what was missing after {} ms; connecting", waited);
            uplink.release(now);
            return now.millis();
        }
        return startedAt + most;
    }

    private static Moment now() {
        return new Moment(System.nanoTime() / 1_000_000, Instant.now());
    }

    @Override
    public void close() {
        uplink.farewell();
        commands.cancelAll();
        loop.close();
        link.close();
        devices.close();
        pools.close();
    }

    private final class LinkListener implements MqttLink.Listener {
        @Override
        public void up(long connection) {
            loop.post(() -> uplink.connected(connection, clock.get()));
        }

        @Override
        public void down(long connection, boolean refused, String why) {
            loop.post(() -> uplink.disconnected(connection, refused, why, clock.get()));
        }

        @Override
        public void message(long connection, String topic, byte[] payload) {
            loop.post(() -> inbox.take(topic, payload, clock.get()));
        }
    }
}
