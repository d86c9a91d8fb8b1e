package org.kochab.benchmarks.agents;

import io.netty.channel.EventLoop;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.kochab.codec.JacksonCodec;

/**
 * A process of hollow agents: {@code Agency MANAGER FIRST COUNT HEARTBEAT-MILLIS CONNECTS-A-SECOND KEYS|- PORT …}. Prints a line
 * {@code CONNECTED LOST RUNNING} twice a second, and runs until killed.
 */
final class Agency {
    static final String WITHOUT_TLS = "-";

    private static final long EVERY_MILLIS = 500;
    private static final int FIRST_PORT = 6;

    private Agency() {}

    public static void main(String[] args) throws InterruptedException, IOException, GeneralSecurityException {
        String manager = args[0];
        int first = Integer.parseInt(args[1]);
        int count = Integer.parseInt(args[2]);
        int heartbeat = Integer.parseInt(args[3]);
        int perSecond = Integer.parseInt(args[4]);
        SslContext tls =
                args[5].equals(WITHOUT_TLS) ? null : Keys.read(Path.of(args[5])).client();
        EventLoop loop = new NioEventLoopGroup(1).next();
        HollowAgent.Counts counts = new HollowAgent.Counts();
        HollowAgent.Shared shared = new HollowAgent.Shared(loop, new JacksonCodec(), heartbeat, counts, tls);
        for (int i = first; i < first + count; i++) {
            int port = Integer.parseInt(args[FIRST_PORT + i % (args.length - FIRST_PORT)]);
            InetSocketAddress broker = new InetSocketAddress("127.0.0.1", port);
            HollowAgent agent = new HollowAgent(shared, broker, manager, "hollow-" + i);
            loop.schedule(agent::connect, (i - first) * 1_000_000L / perSecond, TimeUnit.MICROSECONDS);
        }
        loop.scheduleAtFixedRate(
                () -> System.out.println(counts.connected + " " + counts.lost + " " + counts.running),
                EVERY_MILLIS,
                EVERY_MILLIS,
                TimeUnit.MILLISECONDS);
        new CountDownLatch(1).await();
    }
}
