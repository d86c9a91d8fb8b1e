package org.kochab.partition.internal.tenant;

import java.time.Duration;
import java.time.InstantSource;
import org.kochab.api.codec.Codec;
import org.kochab.partition.internal.core.tenant.Changes;
import org.kochab.partition.internal.core.tenant.Decoded;
import org.kochab.partition.internal.core.tenant.ObjectRules;
import org.kochab.testkit.simulation.SimulatedProcess;

/** What the leaders' work needs, made of a simulated process. */
final class SimulatedShop {
    private SimulatedShop() {}

    static Workshop of(SimulatedProcess process, Codec codec, InstantSource wall) {
        ObjectRules rules = new ObjectRules();
        return new Workshop(rules, new Changes(rules), new Decoded(codec, 256, () -> 0), wall, new Workshop.Random() {
            @Override
            public String uid() {
                return "00000000-0000-0000-0000-" + process.simulation().tick();
            }

            @Override
            public String suffix() {
                return Long.toString(process.simulation().tick());
            }
        });
    }

    /** Whoever waits by it lets the world go on. */
    static Clock clock(SimulatedProcess process) {
        return new Clock() {
            @Override
            public long nanos() {
                return process.nanos();
            }

            @Override
            public void pause(Duration wait) {
                process.await(() -> false, wait);
            }
        };
    }
}
