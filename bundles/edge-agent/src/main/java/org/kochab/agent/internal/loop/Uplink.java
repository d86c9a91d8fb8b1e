package org.kochab.agent.internal.loop;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.kochab.agent.internal.core.Moment;
import org.kochab.agent.internal.core.Outbox;
import org.kochab.agent.internal.core.Reconciler;
import org.kochab.agent.internal.core.Reconnect;
import org.kochab.agent.internal.identity.Identity;
import org.kochab.agent.internal.link.MqttLink;
import org.kochab.agent.internal.node.Machine;
import org.kochab.agent.internal.node.Memory;
import org.kochab.agent.internal.node.Provisioners;
import org.kochab.agent.internal.node.Settings;
import org.kochab.api.codec.Codec;
import org.kochab.api.link.Announce;
import org.kochab.api.link.Birth;
import org.kochab.api.link.Enrolled;
import org.kochab.api.link.Heartbeat;
import org.kochab.api.link.Reported;
import org.kochab.api.link.Request;
import org.kochab.api.link.State;
import org.kochab.api.link.Topics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the node says, and when it connects to say it. Used on the loop's thread only. */
final class Uplink {
    private static final Logger LOG = LoggerFactory.getLogger(Uplink.class);
    /** Fewer than brokers take at once, and room for what does not wait. */
    private static final int WINDOW = 8;

    private static final int MOST_SPECS = 64;
    private static final int MOST_IMAGES = 100;
    private static final long ASK_AGAIN_AFTER = 5_000;
    private static final long ENROL_AGAIN_AFTER = 30_000;
    private static final long DAY_SECONDS = 86_400;
    private static final long FULL_EVERY = 600_000;
    private static final int MOST_BROKERS = 8;
    private static final Pattern MANAGER = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    private enum Phase {
        HELD,
        WAITING,
        CONNECTING,
        /** Connected for a certificate only. */
        ENROLLING,
        UP
    }

    private final Settings settings;
    private final Machine machine;
    private final String version;
    private final Codec codec;
    private final Memory memory;
    private final Reconciler core;
    private final Runtimes runtimes;
    private final Devices devices;
    private final MqttLink link;
    private final EventLoop loop;
    private final WayIn wayIn;
    private final Updates updates;
    private final Provisioners provisioners;
    private final RandomGenerator random;
    private Topics topics;
    private boolean cleanStart;
    private final Reconnect reconnect;
    private final Outbox outbox;
    private List<URI> brokers;
    private Phase phase = Phase.HELD;
    private long birth;
    private long sequence;
    private long beat;
    private int underWay;
    private boolean birthDue;
    private boolean birthTaken;
    private boolean fullDue;
    private long connectAt;
    private long upSince;
    private long beatAt;
    private long fullAt;
    private long askAt;
    private long enrolAt = Long.MAX_VALUE;
    private SortedSet<String> asked = new TreeSet<>();
    private long beatEvery;
    private long contact;

    /** What all parts on the loop share. */
    record Parts(
            Settings settings,
            Machine machine,
            String version,
            Codec codec,
            Memory memory,
            Reconciler core,
            EventLoop loop,
            WayIn wayIn,
            Updates updates,
            Provisioners provisioners) {}

    Uplink(
            Parts parts,
            Runtimes runtimes,
            Devices devices,
            MqttLink link,
            RandomGenerator random,
            Outbox outbox,
            Moment now) {
        settings = parts.settings();
        machine = parts.machine();
        version = parts.version();
        codec = parts.codec();
        memory = parts.memory();
        core = parts.core();
        loop = parts.loop();
        wayIn = parts.wayIn();
        updates = parts.updates();
        provisioners = parts.provisioners();
        this.runtimes = runtimes;
        this.devices = devices;
        this.link = link;
        this.random = random;
        this.outbox = outbox;
        topics = Topics.of(core.manager(settings.resourceManager()), settings.node());
        reconnect = new Reconnect(random, settings.longestReconnect());
        brokers = settings.brokers();
        beatEvery = settings.heartbeat().toMillis();
        contact = now.millis();
    }

    Topics topics() {
        return topics;
    }

    boolean up() {
        return phase == Phase.UP;
    }

    long birth() {
        return birth;
    }

    /** Whether the platform can be heard, and hears this node. */
    boolean isHeard() {
        return phase == Phase.UP && birthTaken && core.isConfirmed();
    }

    /** What runs is adopted: the link may come up. */
    void release(Moment now) {
        if (phase == Phase.HELD) {
            phase = Phase.WAITING;
            connectAt = now.millis();
        }
    }

    void fullReport() {
        fullDue = true;
    }

    /** The manager missed the birth, as one does that came up after this node. */
    void bearAgain() {
        birthDue = true;
        fullDue = true;
    }

    // ---- news of the link

    void connected(long connection, Moment now) {
        if (connection != birth || phase != Phase.CONNECTING) {
            return;
        }
        if (wayIn.forCertificate()) {
            phase = Phase.ENROLLING;
            upSince = now.millis();
            enrolAt = now.millis();
            return;
        }
        phase = Phase.UP;
        cleanStart = false;
        enrolAt = wayIn.identity()
                .map(i -> now.millis()
                        + Math.max(0, Duration.between(now.wall(), i.renewAt()).toMillis()))
                .orElse(Long.MAX_VALUE);
        upSince = now.millis();
        contact = now.millis();
        sequence = 0;
        beat = 0;
        underWay = 0;
        birthDue = true;
        birthTaken = false;
        fullDue = true;
        asked = new TreeSet<>();
        beatAt = now.millis() + beatEvery;
        LOG.info("Connected to {} as node {} (birth {})", brokers, settings.node(), birth);
        send(topics.state(), new State(true, birth), 1, true, now);
    }

    void disconnected(long connection, boolean refused, String why, Moment now) {
        if (connection != birth || phase == Phase.HELD || phase == Phase.WAITING) {
            return;
        }
        if (refused) {
            wayIn.refused();
        }
        long delay = reconnect.delay(phase == Phase.CONNECTING ? 0 : now.millis() - upSince);
        LOG.warn("No connection to {}: {}; the next attempt follows in {} ms", brokers, why, delay);
        phase = Phase.WAITING;
        connectAt = now.millis() + delay;
    }

    void heard(Moment now) {
        contact = now.millis();
    }

    void announced(Announce announce, Moment now) {
        List<URI> named = announce.brokers().stream()
                .limit(MOST_BROKERS)
                .map(URI::create)
                .filter(u -> u.getHost() != null
                        && List.of("tcp", "ssl", "ws", "wss").contains(String.valueOf(u.getScheme())))
                .toList();
        if (announce.reportEverySeconds() != null) {
            beatEvery = 1000L * Math.max(1, Math.min(3600, announce.reportEverySeconds()));
            beatAt = Math.min(beatAt, now.millis() + beatEvery);
        }
        boolean elsewhere = !named.isEmpty() && !named.equals(brokers);
        if (elsewhere) {
            brokers = named;
        }
        if (follow(announce.move())) {
            again("moving to resource manager " + announce.move().resourceManager(), now);
        } else if (elsewhere) {
            again("moving to another broker", now);
        }
    }

    /** The new home is in the checkpoint before anything is said there. */
    private boolean follow(Announce.@Nullable Move move) {
        if (move == null
                || !MANAGER.matcher(String.valueOf(move.resourceManager())).matches()
                || !core.follow(move, settings.resourceManager())) {
            return false;
        }
        topics = Topics.of(move.resourceManager(), settings.node());
        // The former session has the former manager's topics.
        cleanStart = true;
        return true;
    }

    private void again(String why, Moment now) {
        link.disconnect();
        disconnected(birth, false, why, now);
    }

    // ---- certificates

    private void enrol(Moment now) {
        enrolAt = now.millis() + ENROL_AGAIN_AFTER / 2 + random.nextLong(ENROL_AGAIN_AFTER);
        wayIn.identity().ifPresent(i -> send(topics.askToEnrol(), i.request(), 1, false, now));
    }

    void enrolled(Enrolled answer, Moment now) {
        Identity identity = wayIn.identity().orElse(null);
        if (identity == null || phase != Phase.ENROLLING && phase != Phase.UP) {
            return;
        }
        if (answer.certificate() == null) {
            LOG.warn("No certificate for this node: {}", answer.reason());
            if (phase == Phase.ENROLLING && !answer.waiting()) {
                again("no certificate", now);
            }
            return;
        }
        try {
            identity.take(answer);
        } catch (IOException e) {
            LOG.error("The new certificate cannot be written and lasts until the agent stops: {}", e.getMessage());
        }
        LOG.info("This node has a certificate; the next one is asked for after {}", identity.renewAt());
        enrolAt =
                now.millis() + 1_000 * (answer.renewAfterSeconds() == null ? DAY_SECONDS : answer.renewAfterSeconds());
        if (phase == Phase.ENROLLING) {
            link.disconnect();
            phase = Phase.WAITING;
            connectAt = now.millis();
        }
    }

    // ---- what is due

    /** @return when to look again */
    long tick(Moment now) {
        if (phase == Phase.HELD) {
            return Long.MAX_VALUE;
        }
        core.outOfContact(phase == Phase.UP ? 0 : now.millis() - contact);
        if (phase == Phase.WAITING && now.millis() >= connectAt) {
            connect(now);
        }
        if ((phase == Phase.ENROLLING || phase == Phase.UP) && now.millis() >= enrolAt) {
            enrol(now);
        }
        if (phase != Phase.UP) {
            long stop = core.shortestDisconnect().map(most -> contact + most).orElse(Long.MAX_VALUE);
            long next = phase == Phase.WAITING ? connectAt : phase == Phase.ENROLLING ? enrolAt : Long.MAX_VALUE;
            return Math.min(next, Math.max(stop, now.millis() + 1_000));
        }
        say(now);
        return Math.min(
                Math.min(Math.min(beatAt, fullAt), Math.min(enrolAt, devices.newsAt())),
                core.missingSpecs().isEmpty() ? Long.MAX_VALUE : askAt);
    }

    private void connect(Moment now) {
        try {
            birth = memory.nextBirth(now.wall().toEpochMilli());
        } catch (IOException e) {
            LOG.error("The birth counter cannot be made durable; without it the node must not connect", e);
            connectAt = now.millis() + reconnect.delay(0);
            return;
        }
        phase = Phase.CONNECTING;
        String manager = core.manager(settings.resourceManager());
        MqttLink.Login login = wayIn.next(brokers, manager, settings.node());
        List<URI> reachable = wayIn.leadsTo(brokers);
        if (wayIn.forCertificate()) {
            link.connect(birth, reachable, login, null, topics.enrolled(), true);
        } else {
            MqttLink.Will will = new MqttLink.Will(topics.state(), codec.encode(new State(false, birth)));
            link.connect(birth, reachable, login, will, topics.allDown(), cleanStart);
        }
    }

    private void say(Moment now) {
        if (runtimes.takeNews() | devices.takeNews(now) | updates.takeNews() | provisioners.takeNews() | birthDue) {
            birthDue = false;
            Outbox.Outcome outcome = ok -> {
                birthDue |= !ok;
                birthTaken |= ok;
            };
            publish(topics.birth(), codec.encode(born()), 1, false, outcome, now);
        }
        if (now.millis() >= fullAt) {
            fullDue = true;
        }
        report(now);
        ask(now);
        if (now.millis() >= beatAt) {
            beatAt = now.millis() + beatEvery;
            // Where a pod's end depends on it, the broker's answer to a heartbeat is what proves contact.
            int qos = core.shortestDisconnect().isPresent() ? 1 : 0;
            Heartbeat heartbeat = new Heartbeat(birth, ++beat, core.reportedDigest(), core.epoch(), core.generation());
            send(topics.heartbeat(), heartbeat, qos, false, now);
        }
        while (underWay < WINDOW && !outbox.isEmpty()) {
            outbox.take().ifPresent(letter -> publish(letter.topic(), letter.payload(), 1, false, letter.sent(), now));
        }
    }

    private void report(Moment now) {
        if (underWay >= WINDOW) {
            return;
        }
        if (fullDue) {
            fullDue = false;
            // The first after a start follows soon by chance of the jitter; what matters is that nodes do not report
            // together.
            fullAt = now.millis() + FULL_EVERY / 2 + random.nextLong(FULL_EVERY);
            List<Reported.Entry> left =
                    core.takeChanges().stream().filter(Reported.Entry::gone).toList();
            report(true, core.all(), now);
            if (!left.isEmpty()) {
                report(false, left, now);
            }
        } else if (core.hasChanges()) {
            report(false, core.takeChanges(), now);
        }
    }

    private void report(boolean full, List<Reported.Entry> pods, Moment now) {
        Reported reported = new Reported(birth, ++sequence, core.epoch(), core.generation(), full, pods);
        publish(topics.reported(), codec.encode(reported), 1, false, ok -> fullDue |= !ok, now);
    }

    private void ask(Moment now) {
        SortedSet<String> missing = core.missingSpecs();
        if (missing.isEmpty() || asked.containsAll(missing) && now.millis() < askAt) {
            return;
        }
        asked = missing;
        askAt = now.millis() + ASK_AGAIN_AFTER / 2 + random.nextLong(ASK_AGAIN_AFTER);
        List<String> some = missing.stream().limit(MOST_SPECS).toList();
        send(topics.request(), new Request(birth, some), 1, false, now);
    }

    private Birth born() {
        SortedMap<String, String> labels = new TreeMap<>(provisioners.labels());
        labels.putAll(machine.labels());
        return new Birth(
                machine.bootId(),
                birth,
                version,
                devices.capacity(machine),
                devices.allocatable(machine),
                runtimes.offered(),
                labels,
                machine.addresses(),
                machine.facts(),
                runtimes.images().stream().limit(MOST_IMAGES).toList(),
                updates.said(),
                core.generation());
    }

    private void send(String topic, Object message, int qos, boolean retained, Moment now) {
        publish(topic, codec.encode(message), qos, retained, ok -> {}, now);
    }

    private void publish(String topic, byte[] payload, int qos, boolean retained, Outbox.Outcome outcome, Moment now) {
        if (payload.length > MqttLink.MOST_BYTES - 512) {
            LOG.error("A message of {} bytes for {} is too long and is not sent", payload.length, topic);
            outcome.done(true);
            return;
        }
        long connection = birth;
        underWay++;
        link.publish(
                topic,
                payload,
                qos,
                retained,
                ok -> loop.post(() -> {
                    outcome.done(ok);
                    if (connection == birth) {
                        underWay--;
                    }
                    if (ok && qos > 0) {
                        // What counts is when it was sent: the answer may have been long under way.
                        contact = Math.max(contact, now.millis());
                    }
                }));
    }

    /** Says good-bye, as far as that can be done at once. */
    void farewell() {
        if (phase == Phase.UP) {
            link.publish(topics.state(), codec.encode(new State(false, birth)), 1, true, ok -> {});
        }
    }
}
