package org.kochab.plugins.internal.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.kochab.api.codec.Codec;
import org.kochab.api.codec.CodecException;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.plugins.internal.core.Limits;
import org.kochab.spi.cluster.MemberCalls;

/** Does here what another member asks, one thing after the other. */
final class PeerService implements MemberCalls.Handler, AutoCloseable {
    private static final int MOST_WAITING = 8;

    private final Seat here;
    private final Codec codec;
    private final Path directory;
    private final Limits limits;
    private final ThreadPoolExecutor executor;

    /** The file that comes in, of which there is one at a time; seen by the executor's thread only. */
    private @Nullable Staging inbox;

    PeerService(Seat here, Codec codec, Path directory, Limits limits) {
        this.here = here;
        this.codec = codec;
        this.directory = directory;
        this.limits = limits;
        executor = new ThreadPoolExecutor(1, 1, 60, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), run -> {
            Thread t = new Thread(run, "kochab-plugins-peer");
            t.setDaemon(true);
            return t;
        });
        executor.allowCoreThreadTimeOut(true);
    }

    @Override
    public CompletionStage<byte[]> handle(String from, byte[] payload) {
        try {
            return CompletableFuture.supplyAsync(() -> codec.encode(answer(ByteBuffer.wrap(payload))), executor);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(codec.encode(Wire.Answer.failed(
                    new ResourceException(Reason.BUSY, "it is busy with plugins: try again shortly"))));
        }
    }

    private Wire.Answer answer(ByteBuffer message) {
        try {
            byte what = message.get();
            if (what == Wire.FILE) {
                receive(Wire.Piece.of(message.slice()));
                return Wire.Answer.done(new Seat.Done("", false));
            }
            byte[] json = new byte[message.remaining()];
            message.get(json);
            return Wire.Answer.done(done(what, json));
        } catch (ResourceException e) {
            return Wire.Answer.failed(e);
        } catch (IOException | UncheckedIOException e) {
            return Wire.Answer.failed(new ResourceException(Reason.UNAVAILABLE, String.valueOf(e)));
        } catch (RuntimeException e) {
            return Wire.Answer.failed(new ResourceException(Reason.UNKNOWN, String.valueOf(e)));
        }
    }

    private Seat.Done done(byte what, byte[] json) throws CodecException {
        switch (what) {
            case Wire.PUT -> {
                return put(codec.decode(json, Order.class));
            }
            case Wire.KEEP -> {
                Wire.Subject s = codec.decode(json, Wire.Subject.class);
                here.keep(s.plugin(), s.order());
                return new Seat.Done(s.plugin(), true);
            }
            case Wire.TAKE_BACK -> {
                Wire.Subject s = codec.decode(json, Wire.Subject.class);
                here.takeBack(s.plugin(), s.order());
                return new Seat.Done(s.plugin(), true);
            }
            case Wire.REMOVE -> {
                Seat.Done d = codec.decode(json, Seat.Done.class);
                here.remove(d.plugin());
                return d;
            }
            default -> throw new ResourceException(Reason.INVALID, "it does not know what is asked: update it first");
        }
    }

    private void receive(Wire.Piece piece) throws IOException {
        if (piece.offset() == 0) {
            discard();
            inbox = new Staging(directory);
        }
        Staging to = inbox;
        Path file = to == null ? null : to.directory().resolve(piece.sha256());
        long size = file != null && Files.exists(file) ? Files.size(file) : 0;
        if (file == null || size != piece.offset()) {
            throw new ResourceException(Reason.CONFLICT, "another file came between: try again when that is done");
        }
        if (size + piece.data().remaining() > limits.fileBytes()) {
            discard();
            throw new ResourceException(
                    Reason.INVALID,
                    "the file is larger than " + limits.fileBytes()
                            + " bytes: raise largest.bytes of org.kochab.plugins there if that is meant");
        }
        try (FileChannel out = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            while (piece.data().hasRemaining()) {
                out.write(piece.data());
            }
        }
    }

    private Seat.Done put(Order order) {
        Staging from = inbox;
        Path file = from == null ? null : from.directory().resolve(order.sha256());
        try {
            if (file == null || !Files.exists(file) || !Sources.digest(file).equals(order.sha256())) {
                throw new ResourceException(Reason.CONFLICT, "the file did not arrive whole: try again");
            }
            return here.put(order, file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            discard();
        }
    }

    private void discard() {
        Staging old = inbox;
        inbox = null;
        if (old != null) {
            old.close();
        }
    }

    /** What is under way is done or taken back before; what waits is not begun. */
    @Override
    public void close() {
        executor.shutdownNow();
    }
}
