package org.kochab.benchmarks.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.PutResponse;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/** One etcd member in a process of its own, asked over gRPC. Answers are handled on the connection's own thread: no executor is in between. */
final class EtcdTarget implements Target {
    private static final int MESSAGE = 64 << 20;
    private static final int PAGE = 1_000;
    private static final int START_SECONDS = 60;

    private final EtcdProcess process;
    private final List<ManagedChannel> channels = new ArrayList<>();
    private final ManagedChannel watches;
    private final AtomicInteger turn = new AtomicInteger();

    static {
        // its bookkeeping would be the load generator's CPU time
        System.setProperty("io.grpc.netty.shaded.io.netty.leakDetection.level", "disabled");
    }

    /** @param connections over how many connections puts are spread */
    EtcdTarget(String program, Path directory, int port, int connections) throws Exception {
        process = EtcdProcess.start(program, directory, port);
        for (int i = 0; i < connections; i++) {
            channels.add(channel(port));
        }
        watches = channel(port);
        try {
            ClientCalls.blockingUnaryCall(
                    watches,
                    KVGrpc.getRangeMethod(),
                    CallOptions.DEFAULT.withWaitForReady().withDeadlineAfter(START_SECONDS, TimeUnit.SECONDS),
                    RangeRequest.newBuilder().setKey(key("ready")).build());
        } catch (RuntimeException e) {
            close();
            throw new IllegalStateException("etcd does not answer on port " + port + ": " + process.said(), e);
        }
    }

    private static ManagedChannel channel(int port) {
        return NettyChannelBuilder.forAddress("127.0.0.1", port)
                .usePlaintext()
                .directExecutor()
                .disableRetry()
                .maxInboundMessageSize(MESSAGE)
                .build();
    }

    private static ByteString key(String key) {
        return ByteString.copyFromUtf8(key);
    }

    @Override
    public void put(String key, byte[] value, Answer answer) {
        call(KVGrpc.getPutMethod(), putRequest(key, value), answer, (PutResponse r) -> r.getHeader()
                .getRevision());
    }

    private static PutRequest putRequest(String key, byte[] value) {
        return PutRequest.newBuilder()
                .setKey(key(key))
                .setValue(UnsafeByteOperations.unsafeWrap(value))
                .build();
    }

    @Override
    public void compareAndPut(String key, byte[] value, long revision, Answer answer) {
        TxnRequest request = TxnRequest.newBuilder()
                .addCompare(Compare.newBuilder()
                        .setKey(key(key))
                        .setTarget(Compare.CompareTarget.MOD)
                        .setResult(Compare.CompareResult.EQUAL)
                        .setModRevision(revision))
                .addSuccess(RequestOp.newBuilder().setRequestPut(putRequest(key, value)))
                .build();
        call(
                KVGrpc.getTxnMethod(),
                request,
                answer,
                (TxnResponse r) -> r.getSucceeded() ? r.getHeader().getRevision() : -1);
    }

    /** @param revision of an answer; negative if it was refused */
    private <Q, A> void call(MethodDescriptor<Q, A> method, Q request, Answer answer, ToLongFunction<A> revision) {
        ManagedChannel channel = channels.get(Math.floorMod(turn.getAndIncrement(), channels.size()));
        ClientCalls.asyncUnaryCall(channel.newCall(method, CallOptions.DEFAULT), request, new StreamObserver<A>() {
            private long at;

            @Override
            public void onNext(A response) {
                at = revision.applyAsLong(response);
            }

            @Override
            public void onError(Throwable error) {
                answer.failed(String.valueOf(error));
            }

            @Override
            public void onCompleted() {
                if (at < 0) {
                    answer.refused();
                } else {
                    answer.committed(at);
                }
            }
        });
    }

    @Override
    public Watching watch(String prefix, Consumer<Stored> each, Consumer<String> broken) throws Exception {
        CountDownLatch stands = new CountDownLatch(1);
        StreamObserver<WatchRequest> requests = WatchGrpc.newStub(watches).watch(new StreamObserver<WatchResponse>() {
            private volatile boolean created;

            @Override
            public void onNext(WatchResponse response) {
                if (response.getCreated()) {
                    created = true;
                    stands.countDown();
                }
                if (response.getCanceled()) {
                    broken.accept("etcd cancelled the watch: " + response.getCancelReason());
                }
                response.getEventsList().forEach(e -> each.accept(stored(e.getKv())));
            }

            @Override
            public void onError(Throwable error) {
                if (!created) {
                    broken.accept(error.toString());
                }
            }

            @Override
            public void onCompleted() {}
        });
        requests.onNext(WatchRequest.newBuilder()
                .setCreateRequest(
                        WatchCreateRequest.newBuilder().setKey(key(prefix)).setRangeEnd(end(prefix)))
                .build());
        if (!stands.await(START_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("etcd did not begin a watch");
        }
        return requests::onCompleted;
    }

    private static ByteString end(String prefix) {
        return key(prefix.substring(0, prefix.length() - 1) + (char) (prefix.charAt(prefix.length() - 1) + 1));
    }

    private static Stored stored(KeyValue kv) {
        return new Stored(kv.getKey().toStringUtf8(), kv.getValue().toByteArray(), kv.getModRevision());
    }

    @Override
    public Map<String, Stored> all(String prefix) {
        Map<String, Stored> all = new HashMap<>();
        ByteString from = key(prefix);
        while (true) {
            RangeResponse page = ClientCalls.blockingUnaryCall(
                    watches,
                    KVGrpc.getRangeMethod(),
                    CallOptions.DEFAULT,
                    RangeRequest.newBuilder()
                            .setKey(from)
                            .setRangeEnd(end(prefix))
                            .setLimit(PAGE)
                            .build());
            page.getKvsList().forEach(kv -> all.put(kv.getKey().toStringUtf8(), stored(kv)));
            if (!page.getMore()) {
                return all;
            }
            from = page.getKvs(page.getKvsCount() - 1).getKey().concat(ByteString.copyFrom(new byte[] {0}));
        }
    }

    @Override
    public Duration cpu() {
        return process.cpu();
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        watches.shutdownNow();
        process.close();
    }
}
