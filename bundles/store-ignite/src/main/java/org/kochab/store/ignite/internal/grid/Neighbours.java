package org.kochab.store.ignite.internal.grid;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.kochab.store.ignite.internal.core.Settings;

/**
 * Notices that members run which this one does not see: Ignite never joins two clusters that were one, so this one has to leave and join
 * again. Not safe for several threads; a look blocks for up to a third of a second a member.
 */
final class Neighbours {
    private static final int CONNECT_MILLIS = 300;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);

    /** One who starts is heard before it is seen. */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(4);

    /** One who is not let in comes and goes. */
    private static final int LEAST_LOOKS = 2;

    /** Members of two halves leave one after the other, else they would miss each other for ever. */
    private static final long STAGGER_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** Longer than one who was not let in answers until its stop is complete. */
    private static final long STAYS_NANOS = TimeUnit.SECONDS.toNanos(4);

    private final LongSupplier nanos;
    private final List<String> addresses;
    private final long grace;
    private long nextLook;
    private long heardSince;
    private int heard;
    private @Nullable Long answersSince;

    Neighbours(Settings settings) {
        this(settings, System::nanoTime);
    }

    Neighbours(Settings settings, LongSupplier nanos) {
        this.nanos = nanos;
        this.addresses = settings.addresses();
        int rank = (int) addresses.stream()
                .filter(address -> address.compareTo(settings.localHost() + ":" + settings.discoveryPort()) < 0)
                .count();
        this.grace = GRACE_NANOS + rank * STAGGER_NANOS;
        this.nextLook = nanos.getAsLong();
    }

    /** @return whether more members than the {@code seen} ones, this one included, are there and have been for a while */
    boolean hearsMoreThan(int seen) {
        long now = nanos.getAsLong();
        if (now - nextLook < 0) {
            return false;
        }
        nextLook = now + LOOK_NANOS;
        long answering = heard();
        if (answering > seen) {
            heardSince = heard == 0 ? now : heardSince;
            heard++;
        } else if (seen > 1) {
            heard = 0;
        }
        return answering > seen && heard >= LEAST_LOOKS && now - heardSince > grace;
    }

    /** For one who gives way and does not run itself: whether at each look of the last seconds another has been there. */
    boolean anotherStays() {
        if (heard() == 0) {
            answersSince = null;
            return false;
        }
        long now = nanos.getAsLong();
        if (answersSince == null) {
            answersSince = now;
        }
        return now - answersSince > STAYS_NANOS;
    }

    /** How many members answer now, this one included if it runs. */
    long heard() {
        // this member's own address is among them, under whatever name
        return addresses.stream().filter(Neighbours::answers).count();
    }

    private static boolean answers(String address) {
        int colon = address.lastIndexOf(':');
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))),
                    CONNECT_MILLIS);
            return true;
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }
}
