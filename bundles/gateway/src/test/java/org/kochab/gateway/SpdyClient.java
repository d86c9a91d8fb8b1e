package org.kochab.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyPingFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdySynReplyFrame;
import io.netty.handler.codec.spdy.SpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyVersion;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;

/** The client's side of SPDY as kubectl 1.20 does it: one stream for each channel, no windows. */
final class SpdyClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;

    private final EmbeddedChannel codec = new EmbeddedChannel(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));
    private final Socket socket;
    private final InputStream in;
    private final Map<Integer, String> channels = new HashMap<>();
    private final Map<String, ByteArrayOutputStream> read = new HashMap<>();
    private final Set<String> ended = new HashSet<>();
    private int replies;
    private boolean pong;

    /** The head of the answer to its request. */
    final String head;

    SpdyClient(SSLContext tls, int port, String path) throws IOException {
        this(tls, port, path, "v4.channel.k8s.io");
    }

    SpdyClient(SSLContext tls, int port, String path, String protocol) throws IOException {
        socket = tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = socket.getInputStream();
        String request = "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port
                + "\r\nContent-Length: 0\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n"
                + "X-Stream-Protocol-Version: " + protocol + "\r\nX-Stream-Protocol-Version: v3.channel.k8s.io\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        while (!answer.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            answer.write(in.read());
        }
        head = answer.toString(StandardCharsets.US_ASCII);
    }

    private void send(SpdyFrame frame) throws IOException {
        codec.writeOutbound(frame);
        for (ByteBuf bytes = codec.readOutbound(); bytes != null; bytes = codec.readOutbound()) {
            socket.getOutputStream().write(ByteBufUtil.getBytes(bytes));
            bytes.release();
        }
    }

    /** Opens a stream, and returns when the server has taken it. */
    void open(String channel) throws IOException {
        open(channel, Map.of("streamtype", channel));
    }

    /** Opens both streams of a connection to a port; they are known as {@code data-} and {@code error-} and the request. */
    void forward(int port, String request) throws IOException {
        for (String type : new String[] {"error", "data"}) {
            open(
                    type + "-" + request,
                    Map.of("streamtype", type, "port", Integer.toString(port), "requestid", request));
        }
    }

    private void open(String channel, Map<String, String> headers) throws IOException {
        int id = 2 * channels.size() + 1;
        channels.put(id, channel);
        read.put(channel, new ByteArrayOutputStream());
        SpdySynStreamFrame stream = new DefaultSpdySynStreamFrame(id, 0, (byte) 0);
        headers.forEach(stream.headers()::set);
        send(stream);
        while (replies < channels.size()) {
            receive();
        }
    }

    /** Sends input; the last of it ends it. */
    void input(byte[] bytes, boolean last) throws IOException {
        input("stdin", bytes, last);
    }

    void input(String channel, byte[] bytes, boolean last) throws IOException {
        int stream = channels.entrySet().stream()
                .filter(c -> c.getValue().equals(channel))
                .findFirst()
                .orElseThrow()
                .getKey();
        send(new DefaultSpdyDataFrame(stream, Unpooled.wrappedBuffer(bytes)).setLast(last));
    }

    void ping() throws IOException {
        send(new DefaultSpdyPingFrame(1));
        while (!pong) {
            receive();
        }
    }

    /** All of a channel that has ended. */
    String end(String channel) throws IOException {
        while (!ended.contains(channel)) {
            receive();
        }
        return read.get(channel).toString(StandardCharsets.UTF_8);
    }

    /** All of a channel; it and the others have ended. */
    String rest(String channel) throws IOException {
        while (ended.size() < channels.size()) {
            receive();
        }
        return read.get(channel).toString(StandardCharsets.UTF_8);
    }

    private void receive() throws IOException {
        byte[] block = new byte[16_384];
        int size = in.read(block);
        if (size < 0) {
            throw new IOException("the server has ended the connection");
        }
        codec.writeInbound(Unpooled.copiedBuffer(block, 0, size));
        for (Object frame = codec.readInbound(); frame != null; frame = codec.readInbound()) {
            if (frame instanceof SpdySynReplyFrame reply) {
                // kubectl cannot read a frame without a block of headers.
                assertThat(reply.headers()).isNotEmpty();
                replies++;
            } else if (frame instanceof SpdyPingFrame) {
                pong = true;
            } else if (frame instanceof SpdyDataFrame data) {
                String channel = channels.get(data.streamId());
                read.get(channel).writeBytes(ByteBufUtil.getBytes(data.content()));
                if (data.isLast()) {
                    ended.add(channel);
                }
            }
            ReferenceCountUtil.release(frame);
        }
    }

    /** Goes away without a word, also while something is sent. */
    void vanish() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
        codec.finishAndReleaseAll();
    }
}
