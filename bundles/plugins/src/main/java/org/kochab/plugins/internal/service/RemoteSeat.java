package org.kochab.plugins.internal.service;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.kochab.api.codec.Codec;
import org.kochab.api.codec.CodecException;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.spi.cluster.MemberCallException;
import org.kochab.spi.cluster.MemberCalls;

/** Another member. */
final class RemoteSeat implements Seat {
    private final MemberCalls calls;
    private final String member;
    private final Codec codec;
    private final Duration back;

    /** @param back in which a member takes a plugin out */
    RemoteSeat(MemberCalls calls, String member, Codec codec, Duration back) {
        this.calls = calls;
        this.member = member;
        this.codec = codec;
        this.back = back;
    }

    String member() {
        return member;
    }

    @Override
    public Done put(Order order, Path file) {
        send(order.sha256(), file);
        Duration limit = Duration.ofMillis(order.timeoutMillis())
                .plus(back.multipliedBy(2))
                .plus(Wire.SOON);
        return ask(Wire.PUT, order, limit);
    }

    private void send(String sha256, Path file) {
        try (FileChannel in = FileChannel.open(file)) {
            ByteBuffer data = ByteBuffer.allocate(Wire.PIECE);
            long offset = 0;
            while (in.read(data) >= 0 || data.position() > 0) {
                data.flip();
                int length = data.remaining();
                ask(new Wire.Piece(sha256, offset, data).bytes(), Wire.SOON);
                offset += length;
                data.clear();
            }
        } catch (IOException e) {
            throw new ResourceException(Reason.UNAVAILABLE, "the file could not be read: " + e);
        }
    }

    @Override
    public void keep(String plugin, Order order) {
        ask(Wire.KEEP, new Wire.Subject(plugin, order), back.plus(Wire.SOON));
    }

    @Override
    public void takeBack(String plugin, Order order) {
        ask(
                Wire.TAKE_BACK,
                new Wire.Subject(plugin, order),
                back.multipliedBy(2).plus(Wire.SOON));
    }

    @Override
    public void remove(String plugin) {
        ask(Wire.REMOVE, new Done(plugin, true), back.plus(Wire.SOON));
    }

    private Done ask(byte what, Record body, Duration limit) {
        return ask(Wire.message(what, codec.encode(body)), limit);
    }

    private Done ask(byte[] message, Duration limit) {
        Duration most = limit.compareTo(MemberCalls.MAX_TIMEOUT) > 0 ? MemberCalls.MAX_TIMEOUT : limit;
        Wire.Answer answer;
        try {
            byte[] bytes = calls.request(member, Wire.SERVICE, message, most)
                    .toCompletableFuture()
                    .get();
            answer = codec.decode(bytes, Wire.Answer.class);
        } catch (ExecutionException e) {
            boolean maybe = !(e.getCause() instanceof MemberCallException call)
                    || call.reason().maybeHandled();
            throw new ResourceException(
                    maybe ? Reason.UNKNOWN : Reason.UNAVAILABLE,
                    "no answer: " + e.getCause().getMessage());
        } catch (CodecException e) {
            throw new ResourceException(Reason.UNKNOWN, "an answer that is not understood: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ResourceException(Reason.UNKNOWN, "interrupted");
        }
        if (!answer.reason().isEmpty()) {
            throw new ResourceException(Reason.valueOf(answer.reason()), answer.message());
        }
        return answer.done();
    }
}
