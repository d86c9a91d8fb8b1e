package org.kochab.gateway.internal.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kochab.gateway.internal.service.Channels;
import org.kochab.gateway.internal.service.Exchange;
import org.kochab.gateway.internal.service.Forwards;

/** The answer to one request. Any thread. */
final class Answer implements Exchange, Exchange.Stream {
    private final ChannelHandlerContext ctx;
    private final Upgrade upgrade;
    private final boolean keepAlive;
    private final Runnable next;
    private final List<Runnable> onEnd = new ArrayList<>();
    private boolean begun;
    private boolean ended;
    private @Nullable Runnable onGone;
    private volatile @Nullable Runnable onWritable;

    /**
     * @param upgrade what the client wants the connection to become
     * @param next told, on the connection's thread, when another request may come
     */
    Answer(ChannelHandlerContext ctx, Upgrade upgrade, boolean keepAlive, Runnable next) {
        this.ctx = ctx;
        this.upgrade = upgrade;
        this.keepAlive = keepAlive;
        this.next = next;
    }

    @Override
    public void answer(int code, String contentType, byte[] body, List<String> warnings, int retryAfterSeconds) {
        if (!begin()) {
            // Too late for another answer: what the client has of the first one ends here.
            end();
            return;
        }
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(code), Unpooled.wrappedBuffer(body));
        head(response, contentType);
        HttpHeaders headers = response.headers();
        headers.setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
        warnings.forEach(w -> headers.add(HttpHeaderNames.WARNING, warning(w)));
        if (retryAfterSeconds > 0) {
            headers.setInt(HttpHeaderNames.RETRY_AFTER, retryAfterSeconds);
        }
        synchronized (this) {
            ended = true;
        }
        ctx.writeAndFlush(response, last());
    }

    /** As RFC 7234 quotes it; what a header cannot hold is left out. */
    private static String warning(String sentence) {
        return "299 - \"" + sentence.replaceAll("[^\\x20-\\x7e]", "?").replaceAll("([\\\\\"])", "\\\\$1") + "\"";
    }

    private void head(HttpResponse response, String contentType) {
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, contentType)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-cache, private");
        HttpUtil.setKeepAlive(response, keepAlive);
    }

    private synchronized boolean begin() {
        boolean first = !begun;
        begun = true;
        return first;
    }

    /** For what is written last. It has its listener before it is written: a client that has its answer may send two more requests at once. */
    private ChannelPromise last() {
        ChannelPromise written = ctx.newPromise();
        return keepAlive ? written.addListener(w -> next.run()) : written.addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public Stream stream(String contentType) {
        if (!begin()) {
            throw new IllegalStateException("this request is answered already");
        }
        DefaultHttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        head(response, contentType);
        response.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        ctx.writeAndFlush(response);
        return this;
    }

    @Override
    public Channels channels(Set<Channels.Channel> wanted, Consumer<Channels> ready) {
        ChannelsHandler channels = upgrade.channels(ctx.channel(), wanted, ready);
        if (!begin()) {
            throw new IllegalStateException("this request is answered already");
        }
        ctx.executor().execute(channels::begin);
        return channels;
    }

    @Override
    public Forwards forwards(Forwards.Opener opener) {
        SpdyForwards forwards = upgrade.forwards(ctx.channel(), opener);
        if (!begin()) {
            throw new IllegalStateException("this request is answered already");
        }
        ctx.executor().execute(forwards::begin);
        return forwards;
    }

    @Override
    public void onGone(Runnable signal) {
        synchronized (this) {
            onGone = signal;
        }
        if (!ctx.channel().isActive()) {
            gone();
        }
    }

    @Override
    public synchronized void send(byte[] part) {
        if (!ended && part.length > 0) {
            ByteBuf bytes = Unpooled.wrappedBuffer(part);
            ctx.writeAndFlush(new DefaultHttpContent(bytes));
        }
    }

    @Override
    public boolean isWritable() {
        return ctx.channel().isWritable();
    }

    @Override
    public void onWritable(Runnable signal) {
        onWritable = signal;
    }

    @Override
    public void onEnd(Runnable signal) {
        synchronized (this) {
            if (!ended) {
                onEnd.add(signal);
                return;
            }
        }
        signal.run();
    }

    @Override
    public void endAfter(long seconds) {
        Future<?> timer = ctx.executor().schedule(this::end, seconds, TimeUnit.SECONDS);
        onEnd(() -> timer.cancel(false));
    }

    @Override
    public void end() {
        if (finish()) {
            ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT, last());
        }
    }

    private boolean finish() {
        List<Runnable> told;
        synchronized (this) {
            if (ended) {
                return false;
            }
            ended = true;
            told = List.copyOf(onEnd);
            onEnd.clear();
        }
        told.forEach(Runnable::run);
        return true;
    }

    /** The client can be sent more. */
    void writable() {
        Runnable signal = onWritable;
        if (signal != null) {
            signal.run();
        }
    }

    /** The connection has ended. */
    void gone() {
        finish();
        Runnable signal;
        synchronized (this) {
            signal = onGone;
            onGone = null;
        }
        if (signal != null) {
            signal.run();
        }
    }
}
