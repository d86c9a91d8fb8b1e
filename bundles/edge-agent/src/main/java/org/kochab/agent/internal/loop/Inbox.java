package org.kochab.agent.internal.loop;

import java.util.SortedSet;
import java.util.TreeSet;
import org.kochab.agent.internal.core.Moment;
import org.kochab.agent.internal.core.Reconciler;
import org.kochab.agent.internal.link.MqttLink;
import org.kochab.agent.internal.node.Memory;
import org.kochab.api.codec.Codec;
import org.kochab.api.codec.CodecException;
import org.kochab.api.link.Announce;
import org.kochab.api.link.Command;
import org.kochab.api.link.Desired;
import org.kochab.api.link.Digests;
import org.kochab.api.link.Enrolled;
import org.kochab.api.link.PodDocument;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what the resource manager says. A message that makes no sense is counted, logged once for its topic, and changes nothing. */
final class Inbox {
    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);
    private static final int TOPICS_LOGGED = 64;

    private final Codec codec;
    private final Reconciler core;
    private final Memory memory;
    private final Uplink uplink;
    private final Commands commands;
    private final SortedSet<String> logged = new TreeSet<>();
    private long malformed;

    Inbox(Codec codec, Reconciler core, Memory memory, Uplink uplink, Commands commands) {
        this.codec = codec;
        this.core = core;
        this.memory = memory;
        this.uplink = uplink;
        this.commands = commands;
    }

    void take(String topic, byte[] payload, Moment now) {
        if (!topic.startsWith(uplink.topics().root() + "/")) {
            // Of the resource manager whose node this was before.
            return;
        }
        uplink.heard(now);
        try {
            if (payload.length > MqttLink.MOST_BYTES) {
                throw new IllegalArgumentException("it is longer than " + MqttLink.MOST_BYTES + " bytes");
            }
            read(topic.substring(uplink.topics().root().length() + 1), payload, now);
        } catch (CodecException | IllegalArgumentException e) {
            malformed++;
            if (logged.size() < TOPICS_LOGGED && logged.add(topic)) {
                LOG.warn("Message {} on {} makes no sense and is ignored: {}", malformed, topic, e.getMessage());
            }
        }
    }

    private void read(String name, byte[] payload, Moment now) {
        if (payload.length == 0) {
            // How a retained message is deleted: missing information, which changes nothing.
            return;
        }
        if (name.equals("down/desired")) {
            core.desired(codec.decode(payload, Desired.class), now);
            commands.obeys(core.epoch());
        } else if (name.startsWith("down/spec/")) {
            spec(name.substring("down/spec/".length()), payload, now);
        } else if (name.startsWith("down/cmd/")) {
            commands.take(name.substring("down/cmd/".length()), codec.decode(payload, Command.class));
        } else if (name.equals("down/enrol")) {
            uplink.enrolled(codec.decode(payload, Enrolled.class), now);
        } else if (name.equals("down/announce")) {
            uplink.announced(codec.decode(payload, Announce.class), now);
        } else {
            throw new IllegalArgumentException("version 1 of the node link has no such topic");
        }
    }

    private void spec(String digest, byte[] payload, Moment now) {
        if (!Digests.of(payload).equals(digest)) {
            throw new IllegalArgumentException("its digest is not the one in its topic");
        }
        if (!core.missingSpecs().contains(digest)) {
            return;
        }
        PodDocument document = codec.decode(payload, PodDocument.class);
        // Refuses what must not be read again after a restart.
        core.spec(digest, document, now);
        memory.keepSpec(digest, payload);
    }
}
