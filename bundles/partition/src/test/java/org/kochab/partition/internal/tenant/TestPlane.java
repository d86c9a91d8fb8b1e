package org.kochab.partition.internal.tenant;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.ResourceService;
import org.kochab.codec.JacksonCodec;
import org.kochab.partition.LocalPartitions;
import org.kochab.partition.internal.remote.Peers;
import org.kochab.partition.internal.secret.KeySealer;
import org.kochab.store.memory.MemoryStore;

/** A member with the real kernel and the tenants' plane, for tests. */
final class TestPlane implements AutoCloseable {
    static final TenantId TENANT = new TenantId("default");
    private static final Map<String, String> QUOTA = Map.of("count/pods", "100000", "count/limitranges", "3");

    final Codec codec = new JacksonCodec();
    final KeySealer sealer = KeySealer.fresh();
    final LocalPartitions partitions;
    final TenantPlane plane;

    TestPlane() {
        this(new MemoryStore());
    }

    /** With admission rules of the test's. */
    TestPlane(Admission admission) {
        this(new Vendors(admission, new EventSinks(), new BindHooks()));
    }

    TestPlane(Vendors vendors) {
        MemoryStore store = new MemoryStore();
        partitions = LocalPartitions.start(store, codec, QUOTA);
        plane = new TenantPlane(partitions.partitionService(), new Peers("local"), codec, vendors, sealer);
        plane.addStore(store, "test", "1.0.0");
        plane.lead(partitions.partition("tp-1"));
    }

    TestPlane(MemoryStore store) {
        this(store, step -> {});
    }

    /** @param moveReached as {@link TenantPlane} is told */
    TestPlane(MemoryStore store, Consumer<String> moveReached) {
        this(store, moveReached, step -> {});
    }

    TestPlane(MemoryStore store, Consumer<String> moveReached, Consumer<String> removalReached) {
        partitions = LocalPartitions.start(store, codec, QUOTA);
        plane = new TenantPlane(partitions.partitionService(), new Peers("local"), codec, moveReached, removalReached);
        plane.addStore(store, "test", "1.0.0");
        plane.lead(partitions.partition("tp-1"));
    }

    ResourceService resources() {
        return plane.resources();
    }

    Resource read(String yaml) {
        return readAll(yaml).get(0);
    }

    List<Resource> readAll(String yaml) {
        return codec.manifest(yaml.getBytes(StandardCharsets.UTF_8), Codec.UnknownFields.REFUSE)
                .resources();
    }

    /** Waits for the tenants that the plane makes by itself. */
    TestPlane ready() {
        plane.awaitTenant(TENANT);
        plane.awaitTenant(TenantId.SYSTEM);
        return this;
    }

    @Override
    public void close() {
        plane.close();
        partitions.close();
    }
}
