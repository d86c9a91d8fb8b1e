package org.kochab.mqtt.internal.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.kochab.mqtt.internal.core.Connection;
import org.kochab.mqtt.internal.core.Link;
import org.kochab.mqtt.internal.core.Peer;
import org.kochab.mqtt.internal.core.packet.MalformedPacketException;
import org.kochab.mqtt.internal.core.packet.Outbound;
import org.kochab.mqtt.internal.core.packet.PacketReader;
import org.kochab.mqtt.internal.core.packet.Reason;
import org.kochab.spi.mqtt.MqttConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client's channel: cuts its bytes into packets for the core, and writes what the core sends. */
final class ClientChannel extends ByteToMessageDecoder implements Link, Peer {
    private static final Logger LOG = LoggerFactory.getLogger(ClientChannel.class);
    private static final int MQTT_5 = 5;
    private static final int LONGEST_LENGTH = 4;

    /** How long a client has to read the last packet before the connection is cut. */
    private static final long FAREWELL_SECONDS = 2;

    private final SharedParts shared;
    private final Channel channel;
    private final Connection connection;
    private final boolean stranger;
    private long reserved;
    private boolean closing;
    private boolean unflushed;
    private boolean wantsReading = true;

    /** @param stranger whether it counts as another machine's, wherever it comes from */
    ClientChannel(SharedParts shared, Channel channel, boolean stranger) {
        this.stranger = stranger;
        this.shared = shared;
        this.channel = channel;
        Executor executor = task -> {
            if (channel.eventLoop().inEventLoop()) {
                task.run();
            } else {
                channel.eventLoop().execute(task);
            }
        };
        connection = new Connection(shared.broker(), this, this, executor);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) throws Exception {
        connection.opened();
        super.channelActive(ctx);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        closing = true;
        reserve(0);
        connection.closed();
        super.channelInactive(ctx);
    }

    /**
     * Not the inherited method: a decoder that hands nothing on, as this one, would ask for the next read even while
     * reading is switched off, and a client that never reads its answers would fill the memory with them.
     */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        discardSomeReadBytes();
        ctx.fireChannelReadComplete();
    }

    /** A TLS client that says goodbye waits for the connection to end. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event instanceof SslCloseCompletionEvent) {
            ctx.close();
        }
        super.userEventTriggered(ctx, event);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (closing) {
            in.skipBytes(in.readableBytes());
            return;
        }
        try {
            cut(in);
        } catch (MalformedPacketException e) {
            connection.malformed(e);
        }
    }

    private void cut(ByteBuf in) throws MalformedPacketException {
        int start = in.readerIndex();
        int header = in.getUnsignedByte(start);
        if (!PacketReader.validHeader(header)) {
            throw new MalformedPacketException(Reason.MALFORMED_PACKET, "a packet cannot begin with " + header);
        }
        int length = 0;
        int prefix = 1;
        int digit;
        do {
            if (prefix > LONGEST_LENGTH) {
                throw new MalformedPacketException(Reason.MALFORMED_PACKET, "remaining length of more than 4 bytes");
            }
            if (in.readableBytes() <= prefix) {
                return;
            }
            digit = in.getUnsignedByte(start + prefix);
            length |= (digit & 0x7F) << 7 * (prefix - 1);
            prefix++;
        } while (digit > 0x7F);
        int limit = connection.established()
                ? shared.limits().packetBytes()
                : shared.limits().connectPacketBytes();
        if (prefix + length > limit) {
            throw new MalformedPacketException(Reason.PACKET_TOO_LARGE, "packets are limited to " + limit + " bytes");
        }
        if (in.readableBytes() < prefix + length) {
            if (!reserve(prefix + length)) {
                throw new MalformedPacketException(Reason.QUOTA_EXCEEDED, "too many unfinished packets at the broker");
            }
            return;
        }
        reserve(0);
        ByteBuffer body = in.nioBuffer(start + prefix, length);
        in.skipBytes(prefix + length);
        connection.receive(PacketReader.read(header, body, connection.version()));
    }

    /** Charges the bytes of a packet that has begun to arrive, in place of what was charged before. */
    private boolean reserve(long bytes) {
        shared.partial().giveBack(reserved);
        reserved = 0;
        if (bytes > 0) {
            if (!shared.partial().take(bytes)) {
                return false;
            }
            reserved = bytes;
        }
        return true;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) throws Exception {
        adjustReading();
        if (channel.isWritable() && !closing) {
            connection.writable();
        }
        super.channelWritabilityChanged(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Throwable origin = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        if (origin instanceof SSLHandshakeException && !(origin instanceof SslHandshakeTimeoutException)) {
            // TLS alone tells its client; who set up the client looks here.
            shared.broker().refused(String.valueOf(channel.remoteAddress()), origin.getMessage());
        } else if (origin instanceof IOException) {
            LOG.debug("MQTT connection of {} is lost", channel.remoteAddress(), cause);
        } else {
            LOG.error("MQTT connection of {} is closed after an error in the broker", channel.remoteAddress(), cause);
        }
        closing = true;
        ctx.close();
    }

    @Override
    public boolean writable() {
        return !closing && channel.isWritable();
    }

    @Override
    public void send(Outbound packet) {
        if (closing) {
            return;
        }
        channel.write(shared.writer().write(packet, connection.version()), channel.voidPromise());
        if (!unflushed) {
            unflushed = true;
            shared.flusher().add(this);
        }
    }

    void flush() {
        unflushed = false;
        channel.flush();
    }

    @Override
    public void reading(boolean reading) {
        wantsReading = reading;
        adjustReading();
    }

    @Override
    public void close(@Nullable Reason reason, @Nullable String explanation) {
        if (closing) {
            return;
        }
        boolean told = reason != null && connection.version() == MQTT_5;
        if (told) {
            send(new Outbound.Disconnect(reason, explanation));
        }
        closing = true;
        ChannelFuture farewell = channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
        farewell.addListener(told ? this::sayNoMore : ChannelFutureListener.CLOSE);
        if (told || !farewell.isDone()) {
            channel.eventLoop().schedule(() -> channel.close(), FAREWELL_SECONDS, TimeUnit.SECONDS);
        }
    }

    /**
     * Lets the client read the reason: were the connection closed while more from the client is under way, its machine
     * would throw away what it has not read yet. What still comes is discarded.
     */
    private void sayNoMore(Future<? super Void> farewell) {
        if (channel instanceof SocketChannel socket && tls() == null) {
            socket.shutdownOutput();
        } else {
            channel.close();
        }
    }

    /** A client that does not read what it is sent is not listened to either. */
    private void adjustReading() {
        boolean read = wantsReading && channel.isWritable();
        if (channel.config().isAutoRead() != read) {
            channel.config().setAutoRead(read);
        }
    }

    @Override
    public MqttConnection describe(String clientId, @Nullable String userName, byte[] password) {
        InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
        InetSocketAddress local = (InetSocketAddress) channel.localAddress();
        boolean loopback = !stranger
                && remote != null
                && remote.getAddress().isLoopbackAddress()
                && local.getAddress().isLoopbackAddress();
        return new MqttConnection(clientId, userName, password, remote, loopback, tls() != null, certificates());
    }

    private List<X509Certificate> certificates() {
        List<X509Certificate> chain = new ArrayList<>();
        SslHandler tls = tls();
        if (tls != null) {
            try {
                for (Certificate certificate : tls.engine().getSession().getPeerCertificates()) {
                    if (certificate instanceof X509Certificate x509) {
                        chain.add(x509);
                    }
                }
            } catch (SSLPeerUnverifiedException e) {
                LOG.trace("no client certificate", e);
            }
        }
        return chain;
    }

    private @Nullable SslHandler tls() {
        return channel.pipeline().get(SslHandler.class);
    }
}
