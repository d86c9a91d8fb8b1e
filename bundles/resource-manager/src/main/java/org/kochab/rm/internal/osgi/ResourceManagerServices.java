package org.kochab.rm.internal.osgi;

import java.util.HashMap;
import java.util.Hashtable;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kochab.api.codec.Codec;
import org.kochab.api.identity.NodeIdentities;
import org.kochab.api.node.ResourceManager;
import org.kochab.api.partition.Partition;
import org.kochab.rm.LinkedResourceManager;
import org.kochab.spi.mqtt.MqttCredentials;
import org.kochab.spi.secret.Sealer;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a resource manager for each partition of that kind that this member leads, and offers it once it has read its state. */
@Component(configurationPid = "org.kochab.rm")
@Designate(ocd = ResourceManagerConfig.class)
public final class ResourceManagerServices {
    private static final Logger LOG = LoggerFactory.getLogger(ResourceManagerServices.class);

    private final BundleContext context;
    private final Codec codec;
    private final Sealer sealer;
    private final LinkedResourceManager.Config config;
    private final Map<Partition, Running> running = new HashMap<>();

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable NodeIdentities identities;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable MqttCredentials credentials;

    @Activate
    public ResourceManagerServices(
            BundleContext context, @Reference Codec codec, @Reference Sealer sealer, ResourceManagerConfig config) {
        this.context = context;
        this.codec = codec;
        this.sealer = sealer;
        this.config = ResourceManagerConfig.Values.of(config);
    }

    private final class Running {
        final Partition partition;
        final LinkedResourceManager manager;
        private @Nullable ServiceRegistration<ResourceManager> registration;
        private boolean ended;

        Running(Partition partition) {
            this.partition = partition;
            this.manager = LinkedResourceManager.start(
                    partition,
                    codec,
                    config,
                    new LinkedResourceManager.Security(
                            () -> Optional.ofNullable(identities),
                            () -> Optional.ofNullable(credentials).flatMap(MqttCredentials::current),
                            sealer));
        }

        void offer() {
            Hashtable<String, Object> properties = new Hashtable<>();
            properties.put(ResourceManager.ID_PROPERTY, partition.id().value());
            synchronized (this) {
                if (!ended) {
                    registration = context.registerService(ResourceManager.class, manager.manager(), properties);
                    LOG.info("Resource manager {} serves (epoch {})", partition.id(), partition.epoch());
                }
            }
        }

        void end() {
            ServiceRegistration<ResourceManager> offered;
            synchronized (this) {
                ended = true;
                offered = registration;
                registration = null;
            }
            if (offered != null) {
                offered.unregister();
            }
            manager.close();
        }
    }

    @Reference(
            name = "partition",
            target = "(kochab.partition.kind=RESOURCE_MANAGER)",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC)
    void addPartition(Partition partition) {
        Running started = new Running(partition);
        synchronized (running) {
            running.put(partition, started);
        }
        // Not on the manager's own thread: whoever waits for the service may call it at once.
        started.manager.ready().whenCompleteAsync((done, failure) -> {
            if (failure == null) {
                started.offer();
            } else {
                LOG.warn("Resource manager {} did not start: {}", partition.id(), failure.getMessage());
            }
        });
    }

    void removePartition(Partition partition) {
        Running ending;
        synchronized (running) {
            ending = running.remove(partition);
        }
        if (ending != null) {
            ending.end();
        }
    }

    @Deactivate
    void close() {
        Map<Partition, Running> all;
        synchronized (running) {
            all = new HashMap<>(running);
            running.clear();
        }
        all.values().forEach(Running::end);
    }
}
