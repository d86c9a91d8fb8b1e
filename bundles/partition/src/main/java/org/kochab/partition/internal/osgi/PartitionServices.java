package org.kochab.partition.internal.osgi;

import java.util.Hashtable;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.partition.internal.core.kernel.LedPartition;
import org.kochab.partition.internal.member.Publisher;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers each led partition as a service. On a thread of its own: components that are activated by a partition may use the partition
 * service meanwhile.
 */
final class PartitionServices implements Publisher {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionServices.class);
    private static final long WITHDRAW_SECONDS = 10;

    private final BundleContext context;
    private final Map<PartitionId, ServiceRegistration<Partition>> registrations = new TreeMap<>();
    private final ExecutorService registrar;

    PartitionServices(BundleContext context) {
        this.context = context;
        this.registrar = Executors.newSingleThreadExecutor(run -> {
            Thread t = new Thread(run, "kochab-partition-services");
            t.setDaemon(true);
            return t;
        });
    }

    @Override
    public void publish(LedPartition partition) {
        registrar.execute(() -> {
            Hashtable<String, Object> properties = new Hashtable<>();
            properties.put(Partition.ID_PROPERTY, partition.id().value());
            properties.put(Partition.KIND_PROPERTY, partition.kind().name());
            registrations.put(partition.id(), context.registerService(Partition.class, partition, properties));
        });
    }

    @Override
    public void withdraw(LedPartition partition) {
        try {
            registrar
                    .submit(() -> {
                        ServiceRegistration<Partition> registration = registrations.remove(partition.id());
                        if (registration != null) {
                            registration.unregister();
                        }
                    })
                    .get(WITHDRAW_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            LOG.warn("users of {} did not let it go within {} s", partition, WITHDRAW_SECONDS);
        } catch (ExecutionException e) {
            LOG.warn("withdrawing {} failed", partition, e.getCause());
        }
    }

    void close() {
        registrar.shutdown();
    }
}
