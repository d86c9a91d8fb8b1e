package org.kochab.benchmarks.agents;

import io.netty.channel.EventLoop;
import io.netty.channel.nio.NioEventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.kochab.api.codec.Codec;
import org.kochab.codec.JacksonCodec;

/**
 * A process of hollow agents: {@code Agency MANAGER FIRST COUNT HEARTBEAT-MILLIS CONNECTS-A-SECOND CHANGES IDENTITIES|- PORT …}. Prints its
 * {@link Counts} twice a second, and runs until killed.
 */
final class Agency {
    static final String NO_TLS = "-";

    private static final long EVERY_MILLIS = 500;
    private static final int FIRST_PORT = 7;

    private Agency() {}

    public static void main(String[] args) throws InterruptedException, IOException {
        String manager = args[0];
        int first = Integer.parseInt(args[1]);
        int count = Integer.parseInt(args[2]);
        int heartbeat = Integer.parseInt(args[3]);
        int perSecond = Integer.parseInt(args[4]);
        Codec codec = new JacksonCodec();
        EventLoop loop = new NioEventLoopGroup(1).next();
        Counts counts = new Counts();
        HollowAgent.Shared shared = new HollowAgent.Shared(loop, codec, heartbeat, Integer.parseInt(args[5]), counts);
        List<HollowAgent> agents = new ArrayList<>();
        for (int i = first; i < first + count; i++) {
            String name = Enrolment.name(i);
            int port = Integer.parseInt(args[FIRST_PORT + i % (args.length - FIRST_PORT)]);
            InetSocketAddress broker = new InetSocketAddress("127.0.0.1", port);
            Door door = args[6].equals(NO_TLS)
                    ? new Door(broker, null, null)
                    : new Door(broker, "node:" + manager + ":" + name, Enrolment.joined(Path.of(args[6]), codec, name));
            agents.add(new HollowAgent(shared, door, manager, name));
        }
        for (int i = 0; i < count; i++) {
            loop.schedule(agents.get(i)::start, i * 1_000_000L / perSecond, TimeUnit.MICROSECONDS);
        }
        loop.scheduleAtFixedRate(
                () -> System.out.println(counts.line()), EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
        new CountDownLatch(1).await();
    }
}
