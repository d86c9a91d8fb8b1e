package org.kochab.partition.internal.core.directory;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.TenantMove;
import org.kochab.api.partition.TenantMove.State;

/**
 * A tenant's move as the directory keeps it at {@code moves/TENANT}, JSON. That the state becomes {@code SWITCHING} or {@code ABORTING} is the one moment
 * that decides where the tenant is.
 *
 * @param id tells this move from the tenant's others
 * @param uid the tenant's: another one of that name is not moved
 * @param era the tenant's at its new partition; before that is decided, where it last was
 * @param left the former partition's revision at which the tenant left it
 */
public record MoveRecord(
        String id,
        String tenant,
        String uid,
        String from,
        String to,
        State state,
        long era,
        long left,
        long objects,
        long pauseMillis,
        String message) {
    public static final String PREFIX = "moves/";

    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** @param era of the last move that was decided; kept, so that a tenant of this name never gets it again */
    public static MoveRecord begun(String id, TenantId tenant, String uid, PartitionId from, PartitionId to, long era) {
        return new MoveRecord(id, tenant.value(), uid, from.value(), to.value(), State.COPYING, era, 0, 0, 0, "");
    }

    public static String key(TenantId tenant) {
        return PREFIX + tenant;
    }

    public MoveRecord in(State next, String why) {
        return new MoveRecord(id, tenant, uid, from, to, next, era, left, objects, pauseMillis, why);
    }

    public MoveRecord decided(long newEra, long leftAt, long moved) {
        return new MoveRecord(id, tenant, uid, from, to, State.SWITCHING, newEra, leftAt, moved, pauseMillis, "");
    }

    public MoveRecord withEra(long value) {
        return new MoveRecord(id, tenant, uid, from, to, state, value, left, objects, pauseMillis, message);
    }

    public MoveRecord paused(long millis) {
        return new MoveRecord(id, tenant, uid, from, to, state, era, left, objects, millis, message);
    }

    public TenantMove shown() {
        return new TenantMove(
                new TenantId(tenant), new PartitionId(from), new PartitionId(to), state, objects, pauseMillis, message);
    }

    public byte[] bytes() {
        try {
            return JSON.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a move cannot be written", e);
        }
    }

    /** @throws IllegalArgumentException if it is none, naming its key */
    public static MoveRecord of(Entry entry) {
        try {
            return JSON.readValue(entry.value(), MoveRecord.class);
        } catch (IOException e) {
            throw new IllegalArgumentException("directory key " + entry.key() + " holds no move: " + e.getMessage(), e);
        }
    }
}
