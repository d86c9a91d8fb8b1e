package org.kochab.scheduler.internal.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.PlacementContext;

/** The vendors' plugins in one batch: which of them is being called, and how they behave. One thread uses it; another may end it. */
final class Turn implements AutoCloseable {
    /** A scorer is in quarantine by now, and the rest of the batch would still pay for it: it is to be placed anew, without that one. */
    static final class AnewException extends RuntimeException {
        private static final long serialVersionUID = 1;

        AnewException() {
            super("the batch is to be placed anew", null, false, false);
        }
    }

    private final LongSupplier clock;
    private final Collection<Conduct> leftOut;
    private final AtomicReference<@Nullable Conduct> called = new AtomicReference<>();
    private final List<Watch> watches = new ArrayList<>();
    private @Nullable ClusterView batch;
    private @Nullable ClusterView shown;
    private @Nullable Conduct blamed;
    private boolean over;

    /** @param leftOut scorers that are not asked in this batch any more, whatever becomes of them; grows when it is to be placed anew */
    Turn(LongSupplier clock, Collection<Conduct> leftOut) {
        this.clock = clock;
        this.leftOut = leftOut;
    }

    boolean leavesOut(Conduct conduct) {
        return leftOut.contains(conduct);
    }

    PluginWatch watch(Conduct conduct) {
        Watch watch = new Watch(conduct);
        watches.add(watch);
        return watch;
    }

    /** The batch has been given up. Any thread. @return whose call it is in; empty if it is in none */
    synchronized Optional<Vendor> abandon() {
        Conduct culprit = called.get();
        if (over || blamed != null || culprit == null) {
            return Optional.empty();
        }
        blamed = culprit;
        culprit.hangs(clock.getAsLong());
        return Optional.of(culprit.vendor());
    }

    private ClusterView shown(ClusterView of) {
        if (shown == null || batch != of) {
            batch = of;
            shown = new VendorView(of);
        }
        return shown;
    }

    @Override
    public synchronized void close() {
        over = true;
        if (blamed != null) {
            blamed.returned();
        } else {
            watches.forEach(Watch::settle);
        }
    }

    private final class Watch implements PluginWatch {
        private final Conduct conduct;
        private boolean says;
        private boolean failed;
        private long took;

        Watch(Conduct conduct) {
            this.conduct = conduct;
        }

        @Override
        public PlacementContext shown(PlacementContext context) {
            return new PlacementContext(Turn.this.shown(context.view()), context.group());
        }

        @Override
        public long now() {
            return clock.getAsLong();
        }

        @Override
        public void entered() {
            called.lazySet(conduct);
        }

        @Override
        public void left() {
            called.lazySet(null);
        }

        @Override
        public void group() {
            settle();
            says = false;
            failed = false;
            took = 0;
            if (conduct.isLeftOut()) {
                leftOut.add(conduct);
                throw new AnewException();
            }
        }

        @Override
        public void says() {
            says = true;
        }

        @Override
        public void took(long nanos) {
            took += nanos;
        }

        @Override
        public void failed(String why, Throwable cause) {
            failed = true;
            conduct.failed(why, cause, now());
        }

        private void settle() {
            if (says || took > 0) {
                conduct.took(took, now());
            }
            if (says && !failed) {
                conduct.behaved();
            }
        }
    }
}
