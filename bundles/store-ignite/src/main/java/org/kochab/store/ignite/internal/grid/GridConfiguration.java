package org.kochab.store.ignite.internal.grid;

import static org.apache.ignite.IgniteSystemProperties.IGNITE_DISABLE_WAL_DURING_REBALANCING;
import static org.apache.ignite.IgniteSystemProperties.IGNITE_ENABLE_OBJECT_INPUT_FILTER_AUTOCONFIGURATION;
import static org.apache.ignite.IgniteSystemProperties.IGNITE_MARSHALLER_WHITELIST;
import static org.apache.ignite.IgniteSystemProperties.IGNITE_MAX_COMPLETED_TX_COUNT;
import static org.apache.ignite.IgniteSystemProperties.IGNITE_NO_ASCII;
import static org.apache.ignite.IgniteSystemProperties.IGNITE_NO_SHUTDOWN_HOOK;
import static org.apache.ignite.IgniteSystemProperties.IGNITE_PERFORMANCE_SUGGESTIONS_DISABLED;
import static org.apache.ignite.IgniteSystemProperties.IGNITE_QUIET;
import static org.apache.ignite.IgniteSystemProperties.IGNITE_UPDATE_NOTIFIER;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.ignite.cache.CacheAtomicityMode;
import org.apache.ignite.cache.CacheMode;
import org.apache.ignite.cache.CacheRebalanceMode;
import org.apache.ignite.cache.CacheWriteSynchronizationMode;
import org.apache.ignite.cache.PartitionLossPolicy;
import org.apache.ignite.cache.affinity.rendezvous.RendezvousAffinityFunction;
import org.apache.ignite.configuration.CacheConfiguration;
import org.apache.ignite.configuration.DataRegionConfiguration;
import org.apache.ignite.configuration.DataStorageConfiguration;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.apache.ignite.configuration.TransactionConfiguration;
import org.apache.ignite.configuration.WALMode;
import org.apache.ignite.failure.FailureHandler;
import org.apache.ignite.internal.processors.cache.persistence.file.RandomAccessFileIOFactory;
import org.apache.ignite.spi.communication.tcp.TcpCommunicationSpi;
import org.apache.ignite.spi.discovery.tcp.TcpDiscoverySpi;
import org.apache.ignite.spi.discovery.tcp.ipfinder.vm.TcpDiscoveryVmIpFinder;
import org.kochab.store.ignite.internal.core.Settings;
import org.slf4j.LoggerFactory;

/** Ignite as we run it: every acknowledged write durable, few threads, nothing listening but the members' own two ports. */
final class GridConfiguration {
    static final String HEADS = "kochab-heads";
    static final String ENTRIES = "kochab-entries";

    private static final long MEGABYTE = 1 << 20;

    /** Must hold the record of the largest batch; see {@code PartitionStore.MAX_BATCH_BYTES}. */
    private static final int WAL_SEGMENT = 64 << 20;

    /** Of each reader of the log, of which a start has several; grows for a larger record. Ignite's own 64 MB are filled to the last byte each time. */
    private static final int WAL_READ_BUFFER = 1 << 20;

    private static final long WAL_KEPT = 256 * MEGABYTE;
    private static final int CHECKPOINT_MILLIS = 60_000;
    private static final int DISCOVERY_ANSWER_MILLIS = 3_000;
    private static final int POOL = 2;
    private static final int MESSAGE_QUEUE = 1_024;

    /**
     * How many transactions a member can say the outcome of, when the one that coordinated them is gone: at 1,000 a second, more than one disk forces,
     * those of a minute. Each takes 110 bytes of heap; Ignite's own 262,144 would fill 28 MB within hours.
     */
    private static final int COMPLETED_TRANSACTIONS = 65_536;

    private GridConfiguration() {}

    /**
     * Sets what Ignite reads from system properties only. They are of the whole JVM, but nobody else in it sees Ignite, and the same
     * values are set again at each start, so they stay when the store stops.
     *
     * @param environment of this process
     */
    static void systemProperties(Map<String, String> environment) {
        System.setProperty(IGNITE_ENABLE_OBJECT_INPUT_FILTER_AUTOCONFIGURATION, "false");
        System.setProperty(IGNITE_MARSHALLER_WHITELIST, "org/kochab/store/ignite/classes.txt");
        System.setProperty(IGNITE_NO_SHUTDOWN_HOOK, "true");
        System.setProperty(IGNITE_UPDATE_NOTIFIER, "false");
        System.setProperty(IGNITE_NO_ASCII, "true");
        System.setProperty(IGNITE_QUIET, "false");
        System.setProperty(IGNITE_PERFORMANCE_SUGGESTIONS_DISABLED, "true");
        // a crash in the middle of a copy would otherwise end in Ignite's maintenance mode, which waits for a hand
        System.setProperty(IGNITE_DISABLE_WAL_DURING_REBALANCING, "false");
        // other than the rest, Ignite reads this one from the properties alone
        System.setProperty(
                IGNITE_MAX_COMPLETED_TX_COUNT,
                environment.getOrDefault(IGNITE_MAX_COMPLETED_TX_COUNT, String.valueOf(COMPLETED_TRANSACTIONS)));
    }

    static IgniteConfiguration of(
            Settings settings, Path directory, ClassLoader loader, Admission admission, FailureHandler failures) {
        return new IgniteConfiguration()
                .setIgniteInstanceName("kochab-" + settings.storeName() + "-" + settings.memberName())
                .setConsistentId(settings.memberName())
                .setWorkDirectory(directory.toString())
                .setClassLoader(loader)
                .setGridLogger(new SlfLogger(LoggerFactory.getLogger("org.apache.ignite")))
                .setFailureHandler(failures)
                .setPluginProviders(admission)
                .setUserAttributes(admission.attributes())
                .setLocalHost(settings.localHost())
                .setDiscoverySpi(discovery(settings))
                .setSslContextFactory(settings.identity().map(MemberTls::of).orElse(null))
                .setCommunicationSpi(new TcpCommunicationSpi()
                        .setLocalPort(settings.communicationPort())
                        .setLocalPortRange(0)
                        .setSelectorsCount(1)
                        .setMessageQueueLimit(MESSAGE_QUEUE))
                .setDataStorageConfiguration(storage(settings, directory))
                .setTransactionConfiguration(
                        new TransactionConfiguration().setTxTimeoutOnPartitionMapExchange(settings.transactionMillis()))
                .setFailureDetectionTimeout(settings.failureDetectionMillis())
                .setPeerClassLoadingEnabled(false)
                .setConnectorConfiguration(null)
                .setClientConnectorConfiguration(null)
                .setMetricsLogFrequency(0)
                .setPublicThreadPoolSize(POOL)
                .setSystemThreadPoolSize(2 * POOL)
                .setStripedPoolSize(POOL)
                .setQueryThreadPoolSize(POOL)
                .setServiceThreadPoolSize(1)
                .setManagementThreadPoolSize(1)
                .setPeerClassLoadingThreadPoolSize(1)
                .setDataStreamerThreadPoolSize(1)
                .setUtilityCachePoolSize(POOL)
                .setAsyncCallbackPoolSize(1)
                .setBuildIndexThreadPoolSize(1)
                .setSnapshotThreadPoolSize(1)
                .setRebalanceThreadPoolSize(1);
    }

    /** The two caches: leases and heads of partitions, and what their logs consist of. */
    static List<CacheConfiguration<byte[], byte[]>> caches(int members) {
        return List.of(cache(HEADS, members), cache(ENTRIES, members));
    }

    @SuppressWarnings("deprecation") // see PartitionAffinity
    private static CacheConfiguration<byte[], byte[]> cache(String name, int members) {
        CacheConfiguration<byte[], byte[]> cache = new CacheConfiguration<byte[], byte[]>(name)
                .setCacheMode(CacheMode.PARTITIONED)
                .setAffinity(new RendezvousAffinityFunction(false, PartitionAffinity.PARTITIONS))
                .setAffinityMapper(new PartitionAffinity())
                .setAtomicityMode(CacheAtomicityMode.TRANSACTIONAL)
                .setWriteSynchronizationMode(CacheWriteSynchronizationMode.FULL_SYNC)
                .setBackups(members - 1)
                .setRebalanceMode(CacheRebalanceMode.SYNC)
                .setPartitionLossPolicy(PartitionLossPolicy.READ_ONLY_SAFE)
                .setReadFromBackup(false)
                .setStatisticsEnabled(false);
        if (members > 1) {
            cache.setTopologyValidator(new MajorityTopology(members / 2 + 1));
        }
        return cache;
    }

    private static TcpDiscoverySpi discovery(Settings settings) {
        List<String> addresses = settings.addresses().isEmpty()
                ? List.of(settings.localHost() + ":" + settings.discoveryPort())
                : settings.addresses();
        TcpDiscoverySpi discovery = new TcpDiscoverySpi()
                .setIpFinder(new TcpDiscoveryVmIpFinder(false).setAddresses(addresses))
                .setLocalPort(settings.discoveryPort())
                .setLocalPortRange(0);
        discovery.setJoinTimeout(settings.startSeconds() * 1000L);
        // twice as long waits whoever is not let in until its stop is complete
        discovery.setNetworkTimeout(DISCOVERY_ANSWER_MILLIS);
        return discovery;
    }

    private static DataStorageConfiguration storage(Settings settings, Path directory) {
        long region = settings.regionMegabytes() * MEGABYTE;
        // one directory for both: finished segments are not copied a second time
        String wal = directory.resolve("wal").toString();
        return new DataStorageConfiguration()
                .setWalMode(settings.fsync() ? WALMode.FSYNC : WALMode.LOG_ONLY)
                .setStoragePath(directory.resolve("db").toString())
                .setWalPath(wal)
                .setWalArchivePath(wal)
                // The other one has each page read by another thread, which is most of what loading a partition takes.
                .setFileIOFactory(new RandomAccessFileIOFactory())
                .setWalSegmentSize(WAL_SEGMENT)
                .setWalRecordIteratorBufferSize(WAL_READ_BUFFER)
                .setMaxWalArchiveSize(WAL_KEPT)
                .setCheckpointFrequency(CHECKPOINT_MILLIS)
                .setCheckpointThreads(POOL)
                .setWriteThrottlingEnabled(true)
                .setDefaultDataRegionConfiguration(new DataRegionConfiguration()
                        .setName("kochab")
                        .setPersistenceEnabled(true)
                        .setInitialSize(Math.min(region, 64 * MEGABYTE))
                        .setMaxSize(region)
                        .setCheckpointPageBufferSize(region / 4));
    }
}
