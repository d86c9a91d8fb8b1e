package org.kochab.partition.internal.core.directory;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.api.partition.PartitionSpec.Stage;
import org.kochab.api.partition.Precondition;
import org.kochab.api.partition.Transaction;

/**
 * How the directory writes what it knows: {@code partitions/<id>} and {@code tenants/<name>}, JSON objects. Fields of a newer version
 * are ignored when read.
 */
public final class Directory {
    public static final PartitionId ID = new PartitionId("directory");
    public static final String PARTITIONS = "partitions/";
    public static final String TENANTS = "tenants/";

    /** Says that the first partitions were made, so that deleting them all does not bring them back. */
    private static final String BOOTSTRAPPED = "bootstrapped";

    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private record StoredPartition(
            String kind,
            String store,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String nextStore,
            String scheduler,
            boolean dedicated,
            @Nullable String stage) {}

    private record StoredTenant(String partition) {}

    private Directory() {}

    public static String partitionKey(PartitionId id) {
        return PARTITIONS + id;
    }

    public static String tenantKey(String tenant) {
        return TENANTS + tenant;
    }

    public static byte[] encode(PartitionSpec spec) {
        String stage = spec.stage() == Stage.ACTIVE ? null : spec.stage().name();
        String nextStore = spec.nextStore().isEmpty() ? null : spec.nextStore();
        return write(new StoredPartition(
                spec.kind().name(), spec.store(), nextStore, spec.scheduler(), spec.dedicated(), stage));
    }

    /** @throws IllegalArgumentException if the entry is no partition, naming its key */
    public static PartitionSpec partition(Entry entry) {
        StoredPartition stored = read(entry, StoredPartition.class);
        String id = entry.key().substring(PARTITIONS.length());
        return new PartitionSpec(
                new PartitionId(id),
                PartitionKind.valueOf(stored.kind()),
                stored.store(),
                stored.nextStore() == null ? "" : stored.nextStore(),
                stored.scheduler(),
                stored.dedicated(),
                stored.stage() == null ? Stage.ACTIVE : Stage.valueOf(stored.stage()));
    }

    public static byte[] encodeTenant(PartitionId partition) {
        return write(new StoredTenant(partition.value()));
    }

    /**
     * The partition a tenant belongs to.
     *
     * @throws IllegalArgumentException if the entry is no tenant, naming its key
     */
    public static PartitionId tenantPartition(Entry entry) {
        return new PartitionId(read(entry, StoredTenant.class).partition());
    }

    /** The first partitions, all at once and only once. */
    public static Transaction bootstrap(int tenantPartitions, int resourceManagers, String store, String scheduler) {
        List<Operation> puts = new ArrayList<>();
        puts.add(new Operation.Put(BOOTSTRAPPED, new byte[0]));
        for (int i = 1; i <= tenantPartitions; i++) {
            puts.add(put(new PartitionSpec(new PartitionId("tp-" + i), PartitionKind.TENANT, store, scheduler)));
        }
        for (int i = 1; i <= resourceManagers; i++) {
            puts.add(put(new PartitionSpec(new PartitionId("rm-" + i), PartitionKind.RESOURCE_MANAGER, store, "")));
        }
        return new Transaction(List.of(new Precondition.Absent(BOOTSTRAPPED)), puts);
    }

    private static Operation put(PartitionSpec spec) {
        return new Operation.Put(partitionKey(spec.id()), encode(spec));
    }

    private static byte[] write(Object value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a directory record cannot be written", e);
        }
    }

    private static <T> T read(Entry entry, Class<T> type) {
        try {
            return JSON.readValue(entry.value(), type);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "directory entry '" + entry.key() + "' cannot be read: " + e.getMessage(), e);
        }
    }
}
