package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.kochab.api.node.CommandSink;
import org.kochab.api.node.NodeCommand;
import org.kochab.api.node.ResourceManager;
import org.kochab.api.node.ResourceManagers;
import org.kochab.api.node.RunningCommand;
import org.kochab.api.partition.PartitionService;
import org.kochab.shell.internal.core.Failure;

/** Sends a command to a node and prints what comes back, on the thread of the shell command. */
final class NodeCommandRunner {
    private static final int MOST_CHUNKS = 256;

    private final PartitionService partitions;
    private final ResourceManagers managers;

    NodeCommandRunner(PartitionService partitions, ResourceManagers managers) {
        this.partitions = partitions;
        this.managers = managers;
    }

    private record Chunk(boolean error, byte[] bytes) {}

    /** Takes output from the link; what a slow terminal leaves no room for is counted and left out, for the link must not wait. */
    private static final class Queue implements CommandSink {
        private final BlockingQueue<Chunk> chunks = new ArrayBlockingQueue<>(MOST_CHUNKS);
        private final AtomicLong lost = new AtomicLong();

        @Override
        public void output(boolean error, byte[] bytes) {
            if (!chunks.offer(new Chunk(error, bytes))) {
                lost.addAndGet(bytes.length);
            }
        }
    }

    /** @return the exit code; 0 if it was interrupted, which is how following ends */
    int run(String node, NodeCommand command, PrintStream out, PrintStream err) {
        var queue = new Queue();
        RunningCommand running = manager(node).command(node, command, queue);
        CompletableFuture<Integer> exit = running.exit().toCompletableFuture();
        try {
            while (!exit.isDone() || !queue.chunks.isEmpty()) {
                Chunk chunk = queue.chunks.poll(100, TimeUnit.MILLISECONDS);
                if (chunk != null) {
                    PrintStream to = chunk.error() ? err : out;
                    to.write(chunk.bytes(), 0, chunk.bytes().length);
                    to.flush();
                }
                long lost = queue.lost.getAndSet(0);
                if (lost > 0) {
                    err.println("[" + lost + " bytes left out: the terminal is slower than the output]");
                }
                if (out.checkError()) {
                    running.cancel();
                    return 0;
                }
            }
            return exit.get();
        } catch (InterruptedException e) {
            running.cancel();
            return 0;
        } catch (ExecutionException e) {
            throw new Failure(String.valueOf(e.getCause().getMessage()));
        }
    }

    private ResourceManager manager(String node) {
        return managers.keeping(partitions, node)
                .orElseThrow(
                        () -> new Failure(
                                "Node " + node
                                        + " is not kept by a resource manager that can be reached now: kochab:node-list and kochab:partition-list show where it is"));
    }
}
