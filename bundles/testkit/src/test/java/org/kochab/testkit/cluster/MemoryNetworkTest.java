package org.kochab.testkit.cluster;

import java.util.List;
import org.kochab.spi.cluster.MemberCalls;

class MemoryNetworkTest extends MemberCallsContractTest {
    private final MemoryNetwork network = new MemoryNetwork();

    @Override
    protected List<MemberCalls> join() {
        return List.of(network.join("a"), network.join("b"));
    }

    @Override
    protected void kill() {
        network.leave("b");
    }

    @Override
    protected void end() {
        network.close();
    }
}
