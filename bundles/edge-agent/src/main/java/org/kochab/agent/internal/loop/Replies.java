package org.kochab.agent.internal.loop;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.kochab.agent.internal.core.Outbox;
import org.kochab.api.codec.Codec;
import org.kochab.api.link.Reply;

/** Answers of one message to commands that are done once. Used on the loop's thread. */
final class Replies {
    private final Codec codec;
    private final Uplink uplink;
    private final Outbox outbox;

    Replies(Codec codec, Uplink uplink, Outbox outbox) {
        this.codec = codec;
        this.uplink = uplink;
        this.outbox = outbox;
    }

    static Reply end(int code, String message) {
        String data = Base64.getEncoder().encodeToString(message.getBytes(StandardCharsets.UTF_8));
        return new Reply(0, "out", data, code, null);
    }

    static Reply failure(String why) {
        return new Reply(0, null, null, null, why);
    }

    void send(String correlation, Reply reply) {
        outbox.put(new Outbox.Letter(
                Outbox.Lane.LOGS, uplink.topics().reply(correlation), codec.encode(reply), sent -> {}));
    }
}
