package org.kochab.benchmarks.agents;

import io.netty.channel.EventLoop;
import io.netty.channel.nio.NioEventLoopGroup;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.kochab.codec.JacksonCodec;

/**
 * A process of hollow agents: {@code Agency MANAGER FIRST COUNT HEARTBEAT-MILLIS CONNECTS-A-SECOND PORT …}. Prints a line
 * {@code CONNECTED LOST RUNNING} twice a second, and runs until killed.
 */
final class Agency {
    private static final long EVERY_MILLIS = 500;

    private Agency() {}

    public static void main(String[] args) throws InterruptedException {
        String manager = args[0];
        int first = Integer.parseInt(args[1]);
        int count = Integer.parseInt(args[2]);
        int heartbeat = Integer.parseInt(args[3]);
        int perSecond = Integer.parseInt(args[4]);
        EventLoop loop = new NioEventLoopGroup(1).next();
        HollowAgent.Counts counts = new HollowAgent.Counts();
        HollowAgent.Shared shared = new HollowAgent.Shared(loop, new JacksonCodec(), heartbeat, counts);
        for (int i = first; i < first + count; i++) {
            InetSocketAddress broker =
                    new InetSocketAddress("127.0.0.1", Integer.parseInt(args[5 + i % (args.length - 5)]));
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
