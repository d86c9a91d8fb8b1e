package org.kochab.identity.internal.service;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.kochab.api.codec.Codec;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.Transaction;
import org.kochab.api.partition.Watch;
import org.kochab.api.partition.WatchEvent;
import org.kochab.api.resource.ResourceException;
import org.kochab.identity.internal.authority.Authority;
import org.kochab.identity.internal.authority.TokenKey;
import org.kochab.identity.internal.core.Keys;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a member's table of identities like the directory's, on a thread of its own. Makes the authority and the key of tokens if there never were any. */
final class Follower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);
    private static final Duration AGAIN = Duration.ofMillis(250);
    private static final Duration WATCH = Duration.ofSeconds(2);
    private static final long END_MILLIS = 5_000;
    private static final long KNOWN_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Supplier<Optional<Partition>> directory;
    private final Codec codec;
    private final IdentityTable table;
    private final MemberCertificate certificate;
    private final Supplier<Instant> clock;
    private final Thread thread;
    private long told = -1;
    private volatile boolean closed;

    Follower(
            Supplier<Optional<Partition>> directory,
            Codec codec,
            IdentityTable table,
            MemberCertificate certificate,
            Supplier<Instant> clock) {
        this.directory = directory;
        this.codec = codec;
        this.table = table;
        this.certificate = certificate;
        this.clock = clock;
        thread = new Thread(this::run, "kochab-identities");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Waits until the table is like the directory at a revision; some seconds at most, because the directory has it. Any thread but the follower's. */
    synchronized void await(long revision) {
        long end = System.nanoTime() + KNOWN_NANOS;
        try {
            for (long left = KNOWN_NANOS; told < revision && left > 0 && !closed; left = end - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void toldUpTo(long revision) {
        told = revision;
        notifyAll();
    }

    private void run() {
        try {
            while (!closed) {
                Optional<Partition> found = directory.get();
                if (found.isPresent()) {
                    follow(found.get());
                } else {
                    Thread.sleep(AGAIN.toMillis());
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("interrupted while following identities");
        }
    }

    private void follow(Partition led) throws InterruptedException {
        try {
            require(led, Keys.AUTHORITY, () -> Authority.create(clock.get()).record());
            require(led, Keys.ACCOUNTS, () -> TokenKey.create().record());
            try (Watch watch = led.watch(Keys.PREFIX, list(led))) {
                while (!closed) {
                    table.authority().ifPresent(certificate::keep);
                    List<WatchEvent> events = watch.poll(WATCH);
                    events.forEach(this::tell);
                    if (!events.isEmpty()) {
                        toldUpTo(events.get(events.size() - 1).revision());
                    }
                    table.sweep();
                }
            }
        } catch (GoneException e) {
            LOG.info("identities are listed again: {}", e.getMessage());
        } catch (NotLeaderException | ResourceException e) {
            LOG.debug("the directory is looked for again: {}", e.getMessage());
            Thread.sleep(AGAIN.toMillis());
        } catch (RuntimeException e) {
            LOG.error("following identities failed; tried again", e);
            Thread.sleep(AGAIN.toMillis());
        }
    }

    /** What there never was is made; of several members the first makes it. */
    private void require(Partition led, String key, Supplier<Object> fresh) {
        if (led.get(key).isEmpty()) {
            new DirectoryCalls(() -> Optional.of(led)).commit(Transaction.create(key, codec.encode(fresh.get())));
        }
    }

    private long list(Partition led) throws GoneException {
        Map<String, Entry> all = new HashMap<>();
        long revision = DirectoryCalls.each(led, Keys.PREFIX, e -> all.put(e.key(), e));
        table.replace(all);
        toldUpTo(revision);
        return revision;
    }

    private void tell(WatchEvent event) {
        if (event instanceof WatchEvent.Put put) {
            table.put(put.entry());
        } else if (event instanceof WatchEvent.Deleted deleted) {
            table.remove(deleted.previous().key());
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        thread.interrupt();
        try {
            thread.join(END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
