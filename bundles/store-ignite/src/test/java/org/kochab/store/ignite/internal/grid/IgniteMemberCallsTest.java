package org.kochab.store.ignite.internal.grid;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.spi.cluster.MemberCalls;
import org.kochab.testkit.cluster.MemberCallsContractTest;

/** Two members in this JVM; the end of one by its process is for {@link ThreeMembersTest}. */
class IgniteMemberCallsTest extends MemberCallsContractTest {
    private static final int PORT = 23_180;

    @TempDir
    static Path directory;

    private IgnitePartitionStore a;
    private IgnitePartitionStore b;

    @Override
    protected List<MemberCalls> join() {
        CompletableFuture<IgnitePartitionStore> other = CompletableFuture.supplyAsync(
                () -> IgnitePartitionStore.open(TestSettings.member(directory, PORT, 1, 2)));
        a = IgnitePartitionStore.open(TestSettings.member(directory, PORT, 0, 2));
        b = other.join();
        return List.of(a.calls(), b.calls());
    }

    @Override
    protected void kill() {
        b.close();
    }

    @Override
    protected void end() {
        a.close();
    }
}
