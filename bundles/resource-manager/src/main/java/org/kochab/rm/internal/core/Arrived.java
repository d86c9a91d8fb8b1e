package org.kochab.rm.internal.core;

import org.jspecify.annotations.Nullable;

/** A message from a node, with its topic taken apart. */
public record Arrived(String topic, String node, Kind kind, @Nullable String correlation, byte[] payload) {
    /** What nodes may send. */
    public enum Kind {
        BIRTH("birth"),
        STATE("state"),
        REPORTED("reported"),
        HEARTBEAT("heartbeat"),
        REQUEST("request"),
        REPLY("reply"),
        ENROL("enrol");

        private final String level;

        Kind(String level) {
            this.level = level;
        }
    }

    /** Why a message was refused before it was read. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    /** More is refused: it is the protocol's packet size. */
    public static final int LARGEST_PAYLOAD = 256 * 1024;

    /**
     * @return null for what others read: metrics and logs
     * @throws Refused if the topic is none of the protocol's, or the payload is too large
     */
    public static @Nullable Arrived of(String manager, String topic, byte[] payload, boolean retained) throws Refused {
        String[] levels = topic.split("/", -1);
        boolean known = levels.length >= 6
                && levels[0].equals("kochab")
                && levels[1].equals("1")
                && levels[2].equals(manager)
                && levels[4].equals("up");
        if (!known) {
            throw new Refused("the topic is none of the protocol's");
        }
        if (!Names.isDnsLabel(levels[3])) {
            throw new Refused("the node's name is not valid: use at most 63 lower-case letters, digits and '-'");
        }
        if (payload.length > LARGEST_PAYLOAD) {
            throw new Refused("the payload has " + payload.length + " bytes: send at most " + LARGEST_PAYLOAD);
        }
        if (levels[5].equals("metrics") || levels[5].equals("log")) {
            return null;
        }
        Kind kind = kind(levels);
        if (retained && kind != Kind.STATE) {
            throw new Refused("the message is retained: only up/state may be");
        }
        return new Arrived(topic, levels[3], kind, kind == Kind.REPLY ? levels[6] : null, payload);
    }

    private static Kind kind(String[] levels) throws Refused {
        for (Kind k : Kind.values()) {
            boolean reply = k == Kind.REPLY;
            if (levels[5].equals(k.level) && levels.length == (reply ? 7 : 6)) {
                if (reply && !Names.isUid(levels[6])) {
                    throw new Refused("the correlation is not valid");
                }
                return k;
            }
        }
        throw new Refused("the topic is none of the protocol's");
    }
}
