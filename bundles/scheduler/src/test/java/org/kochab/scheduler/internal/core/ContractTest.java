package org.kochab.scheduler.internal.core;

import java.util.List;
import org.junit.jupiter.api.Nested;
import org.kochab.scheduler.internal.core.plugins.Allocation;
import org.kochab.scheduler.internal.core.plugins.HostPorts;
import org.kochab.scheduler.internal.core.plugins.ImageLocality;
import org.kochab.scheduler.internal.core.plugins.NodeAffinity;
import org.kochab.scheduler.internal.core.plugins.NodeOpen;
import org.kochab.scheduler.internal.core.plugins.NodePreference;
import org.kochab.scheduler.internal.core.plugins.NodeReady;
import org.kochab.scheduler.internal.core.plugins.PodAffinity;
import org.kochab.scheduler.internal.core.plugins.ResourceFit;
import org.kochab.scheduler.internal.core.plugins.RuntimeProven;
import org.kochab.scheduler.internal.core.plugins.TaintPreference;
import org.kochab.scheduler.internal.core.plugins.Taints;
import org.kochab.scheduler.internal.core.plugins.TopologySpread;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.PlacementFilter;
import org.kochab.spi.scheduler.PlacementRules;
import org.kochab.spi.scheduler.PlacementScorer;
import org.kochab.spi.scheduler.PodGroup;
import org.kochab.spi.scheduler.Scheduler;
import org.kochab.testkit.scheduler.FilterContractTest;
import org.kochab.testkit.scheduler.RulesContractTest;
import org.kochab.testkit.scheduler.SchedulerContractTest;
import org.kochab.testkit.scheduler.ScorerContractTest;

/** The engine and its plugins keep the contracts that vendors' are tested for. */
class ContractTest {
    private record Profiled(Profile profile) implements Scheduler {
        @Override
        public String name() {
            return profile.text();
        }

        @Override
        public List<Decision> place(ClusterView view, List<PodGroup> batch, long seed) {
            return Engine.place(view, batch, seed, profile.plugins());
        }
    }

    @Nested
    class Spread extends SchedulerContractTest {
        @Override
        protected Scheduler scheduler() {
            return new Profiled(Profile.SPREAD);
        }
    }

    @Nested
    class Binpack extends SchedulerContractTest {
        @Override
        protected Scheduler scheduler() {
            return new Profiled(Profile.BINPACK);
        }
    }

    @Nested
    class LeastAllocated extends ScorerContractTest {
        @Override
        protected PlacementScorer scorer() {
            return new Allocation(Allocation.Aim.LEAST);
        }
    }

    @Nested
    class MostAllocated extends ScorerContractTest {
        @Override
        protected PlacementScorer scorer() {
            return new Allocation(Allocation.Aim.MOST);
        }
    }

    @Nested
    class Balanced extends ScorerContractTest {
        @Override
        protected PlacementScorer scorer() {
            return new Allocation(Allocation.Aim.BALANCED);
        }
    }

    @Nested
    class PreferredNodes extends ScorerContractTest {
        @Override
        protected PlacementScorer scorer() {
            return new NodePreference();
        }
    }

    @Nested
    class PreferredTaints extends ScorerContractTest {
        @Override
        protected PlacementScorer scorer() {
            return new TaintPreference();
        }
    }

    @Nested
    class Images extends ScorerContractTest {
        @Override
        protected PlacementScorer scorer() {
            return new ImageLocality();
        }
    }

    @Nested
    class Ready extends FilterContractTest {
        @Override
        protected PlacementFilter filter() {
            return new NodeReady();
        }
    }

    @Nested
    class Open extends FilterContractTest {
        @Override
        protected PlacementFilter filter() {
            return new NodeOpen();
        }
    }

    @Nested
    class Proven extends FilterContractTest {
        @Override
        protected PlacementFilter filter() {
            return new RuntimeProven();
        }
    }

    @Nested
    class RequiredNodes extends FilterContractTest {
        @Override
        protected PlacementFilter filter() {
            return new NodeAffinity();
        }
    }

    @Nested
    class Tolerated extends FilterContractTest {
        @Override
        protected PlacementFilter filter() {
            return new Taints();
        }
    }

    @Nested
    class Ports extends FilterContractTest {
        @Override
        protected PlacementFilter filter() {
            return new HostPorts();
        }
    }

    @Nested
    class Fit extends FilterContractTest {
        @Override
        protected PlacementFilter filter() {
            return new ResourceFit();
        }
    }

    @Nested
    class SpreadConstraints extends RulesContractTest {
        @Override
        protected PlacementRules rules() {
            return new TopologySpread();
        }
    }

    @Nested
    class NearAndApart extends RulesContractTest {
        @Override
        protected PlacementRules rules() {
            return new PodAffinity();
        }
    }
}
