package org.kochab.partition.internal.core.directory;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionRemoval;
import org.kochab.api.partition.PartitionRemoval.State;

/**
 * The last removal of a partition as the directory keeps it at {@code removals/ID}, JSON. It stays when the partition has gone: another one of that
 * name begins above its epoch.
 *
 * @param epoch under which the store's lease was taken away; 0 before that
 */
public record RemovalRecord(String id, State state, boolean drain, long epoch, String message) {
    public static final String PREFIX = "removals/";

    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    public static String key(PartitionId id) {
        return PREFIX + id;
    }

    public RemovalRecord in(State next, String why) {
        return new RemovalRecord(id, next, drain, epoch, why);
    }

    public RemovalRecord under(long taken) {
        return new RemovalRecord(id, state, drain, taken, message);
    }

    public PartitionRemoval shown(int tenants) {
        return new PartitionRemoval(new PartitionId(id), state, tenants, message);
    }

    public byte[] bytes() {
        try {
            return JSON.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a removal cannot be written", e);
        }
    }

    /** @throws IllegalArgumentException if it is none, naming its key */
    public static RemovalRecord of(Entry entry) {
        try {
            return JSON.readValue(entry.value(), RemovalRecord.class);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "directory key " + entry.key() + " holds no removal: " + e.getMessage(), e);
        }
    }
}
