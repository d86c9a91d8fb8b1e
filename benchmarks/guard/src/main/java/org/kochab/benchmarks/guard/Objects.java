package org.kochab.benchmarks.guard;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceService;
import org.kochab.codec.JacksonCodec;
import org.kochab.partition.LocalPartitions;
import org.kochab.partition.LocalTenants;
import org.kochab.store.memory.MemoryStore;

/** Objects as users and controllers make and read them: 2,000 deployments are validated and stored, listed, and deleted. */
final class Objects implements Case {
    private static final TenantId TENANT = new TenantId("default");
    private static final int OBJECTS = 2_000;

    private final Codec codec = new JacksonCodec();
    private final LocalPartitions partitions = LocalPartitions.start(new MemoryStore());
    private final LocalTenants tenants = LocalTenants.start(partitions, codec);
    private final List<Resource> objects;

    Objects() {
        byte[] manifest =
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, labels: {app: web}}
                spec:
                  replicas: 0
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      containers:
                      - {name: main, image: "web:1", resources: {requests: {cpu: 100m, memory: 64Mi}}}
                """
                        .getBytes(StandardCharsets.UTF_8);
        Resource one =
                codec.manifest(manifest, Codec.UnknownFields.REFUSE).resources().get(0);
        objects = IntStream.range(0, OBJECTS)
                .mapToObj(i -> one.withMetadata(ObjectMeta.named("web-" + i)))
                .toList();
    }

    @Override
    public String name() {
        return "objects";
    }

    @Override
    public void work() {
        ResourceService resources = tenants.resources();
        resources.createAll(TENANT, objects);
        int listed = resources
                .list(TENANT, Kind.DEPLOYMENT, Query.namespace("default"))
                .items()
                .size();
        if (listed != OBJECTS) {
            throw new IllegalStateException(listed + " of " + OBJECTS + " deployments were listed");
        }
        for (Resource object : objects) {
            String name = String.valueOf(object.metadata().name());
            resources.delete(new ResourceRef(TENANT, Kind.DEPLOYMENT, "default", name), DeleteOptions.DEFAULT);
        }
    }

    @Override
    public void close() {
        tenants.close();
        partitions.close();
    }
}
