package org.kochab.partition.internal.core.directory;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.kochab.api.partition.Entry;

/**
 * A node's move between resource managers as the directory keeps it at {@code node-moves/NODE}, JSON, until it is over. That the state becomes {@code
 * SWITCHED} or {@code ABORTING} is the one moment that decides whose the node is. {@code node-numbers/NODE} counts the node's moves.
 *
 * @param message what it waits for
 */
public record NodeMoveRecord(String node, String from, String to, long number, State state, String message) {
    public static final String PREFIX = "node-moves/";

    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** How far it is. */
    public enum State {
        /** The former manager's, which changes nothing of it. */
        HOLDING,
        /** The new manager's, which is to take it. */
        SWITCHED,
        /** The new manager has it; its agent is sent there. */
        LEFT,
        /** It stays; the former manager is to go on with it. */
        ABORTING,
        /** It stayed; the message says why. */
        STAYS
    }

    public static String key(String node) {
        return PREFIX + node;
    }

    public static String numberKey(String node) {
        return "node-numbers/" + node;
    }

    public static long number(Optional<Entry> entry) {
        return entry.map(e -> Long.parseLong(new String(e.value(), StandardCharsets.US_ASCII)))
                .orElse(0L);
    }

    public NodeMoveRecord in(State next) {
        return new NodeMoveRecord(node, from, to, number, next, "");
    }

    public NodeMoveRecord waiting(String why) {
        return new NodeMoveRecord(node, from, to, number, state, why);
    }

    public byte[] bytes() {
        try {
            return JSON.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a node's move cannot be written", e);
        }
    }

    /** @throws IllegalArgumentException if it is none, naming its key */
    public static NodeMoveRecord of(Entry entry) {
        try {
            return JSON.readValue(entry.value(), NodeMoveRecord.class);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "directory key " + entry.key() + " holds no node's move: " + e.getMessage(), e);
        }
    }
}
