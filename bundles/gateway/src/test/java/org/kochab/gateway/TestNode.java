package org.kochab.gateway;

import java.io.Closeable;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.kochab.api.model.Node;
import org.kochab.api.node.ClaimAnswer;
import org.kochab.api.node.ClaimRequest;
import org.kochab.api.node.CommandSink;
import org.kochab.api.node.NodeCommand;
import org.kochab.api.node.NodeStep;
import org.kochab.api.node.Reading;
import org.kochab.api.node.Release;
import org.kochab.api.node.ResourceManager;
import org.kochab.api.node.ResourceManagers;
import org.kochab.api.node.RunningCommand;
import org.kochab.api.node.TenantOwner;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionService;

/** A node whose pods' commands are processes of this machine. Their output comes as fast as they write it. */
class TestNode implements ResourceManager, ResourceManagers, AutoCloseable {
    static final String NAME = "here";
    private static final int KILLED = 137;

    private final ResourceManagers others;

    /** All that were begun. */
    final List<Process> processes = new CopyOnWriteArrayList<>();

    TestNode(ResourceManagers others) {
        this.others = others;
    }

    @Override
    public Optional<ResourceManager> manager(PartitionId id) {
        return others.manager(id);
    }

    @Override
    public Optional<ResourceManager> keeping(PartitionService partitions, String node) {
        return node.equals(NAME) ? Optional.of(this) : others.keeping(partitions, node);
    }

    @Override
    public RunningCommand command(String node, NodeCommand command, CommandSink sink) {
        CompletableFuture<Integer> exit = new CompletableFuture<>();
        if (command instanceof NodeCommand.Forward forward) {
            return forward(forward.port(), sink, exit);
        }
        List<String> words = ((NodeCommand.Exec) command).command();
        Process process;
        try {
            process = new ProcessBuilder(words).start();
        } catch (IOException e) {
            return running(
                    CompletableFuture.failedFuture(new IllegalStateException("Node here: " + e.getMessage())),
                    OutputStream.nullOutputStream(),
                    () -> {});
        }
        processes.add(process);
        Thread thread = new Thread(() -> exit.complete(run(process, sink)), "test-node");
        thread.setDaemon(true);
        thread.start();
        if (!((NodeCommand.Exec) command).input()) {
            close(process.getOutputStream());
        }
        return running(exit, process.getOutputStream(), () -> {
            process.destroyForcibly();
            // A node may be quick.
            exit.complete(KILLED);
        });
    }

    private static RunningCommand forward(int port, CommandSink sink, CompletableFuture<Integer> exit) {
        try {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            InputStream from = socket.getInputStream();
            // Closing it would close both directions.
            OutputStream to = new FilterOutputStream(socket.getOutputStream()) {
                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    out.write(bytes, offset, length);
                }

                @Override
                public void close() throws IOException {
                    socket.shutdownOutput();
                }
            };
            Thread thread = new Thread(
                    () -> {
                        copy(from, false, sink);
                        exit.complete(0);
                    },
                    "test-node");
            thread.setDaemon(true);
            thread.start();
            return running(exit, to, () -> close(socket));
        } catch (IOException e) {
            return running(
                    CompletableFuture.failedFuture(new IllegalStateException("Node here: " + e.getMessage())),
                    OutputStream.nullOutputStream(),
                    () -> {});
        }
    }

    private static void close(Closeable input) {
        try {
            input.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static RunningCommand running(CompletableFuture<Integer> exit, OutputStream input, Runnable cancel) {
        return new RunningCommand() {
            @Override
            public CompletionStage<Integer> exit() {
                return exit;
            }

            @Override
            public CompletionStage<Void> input(byte[] part, boolean last) {
                return CompletableFuture.runAsync(() -> {
                    try {
                        input.write(part);
                        input.flush();
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                    if (last) {
                        close(input);
                    }
                });
            }

            @Override
            public void cancel() {
                cancel.run();
            }
        };
    }

    private static int run(Process process, CommandSink sink) {
        try {
            copy(process.getInputStream(), false, sink);
            copy(process.getErrorStream(), true, sink);
            return process.waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void copy(InputStream from, boolean error, CommandSink sink) {
        byte[] block = new byte[24 * 1024];
        try {
            for (int n = from.read(block); n >= 0; n = from.read(block)) {
                sink.output(error, Arrays.copyOf(block, n));
            }
        } catch (IOException e) {
            // It was killed in the middle of it.
        }
    }

    @Override
    public void close() {
        processes.forEach(Process::destroyForcibly);
    }

    private static UnsupportedOperationException notHere() {
        return new UnsupportedOperationException("nothing but commands");
    }

    @Override
    public PartitionId id() {
        throw notHere();
    }

    @Override
    public CompletionStage<List<ClaimAnswer>> claim(List<ClaimRequest> batch) {
        throw notHere();
    }

    @Override
    public CompletionStage<Void> release(List<Release> releases) {
        throw notHere();
    }

    @Override
    public CompletionStage<Void> begin(String partition, Reading reading, List<TenantOwner> owners) {
        throw notHere();
    }

    @Override
    public CompletionStage<Optional<Node>> update(Node changed) {
        throw notHere();
    }

    @Override
    public CompletionStage<Optional<String>> remove(String removed) {
        throw notHere();
    }

    @Override
    public CompletionStage<NodeStep.Done> step(NodeStep step) {
        throw notHere();
    }
}
