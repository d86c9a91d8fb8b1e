package org.kochab.partition.internal.osgi;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.kochab.api.codec.Codec;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.api.partition.PartitionStatus;
import org.kochab.partition.internal.backup.Restorer;
import org.kochab.partition.internal.core.kernel.KernelLimits;
import org.kochab.partition.internal.core.tenant.QuotaAmounts;
import org.kochab.partition.internal.member.Member;
import org.kochab.partition.internal.member.MemberSettings;
import org.kochab.partition.internal.remote.Peers;
import org.kochab.spi.cluster.MemberCalls;
import org.kochab.spi.store.PartitionStore;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.Designate;

/**
 * This member: leads the partitions whose stores are there. Stores come and go while it runs; a store that goes is left in order
 * before {@link #unbindStore} returns.
 */
@Component(
        service = {PartitionService.class, MemberComponent.class},
        configurationPid = "org.kochab.partition",
        immediate = true)
@Designate(ocd = MemberConfig.class)
public final class MemberComponent implements PartitionService {
    private final PartitionServices services;
    private final Peers peers;
    private final Member member;
    private final Optional<Restorer> restorer;

    @Activate
    public MemberComponent(BundleContext context, MemberConfig config, @Reference Codec codec) {
        this.services = new PartitionServices(context);
        this.peers = new Peers(config.member_name());
        this.member = new Member(
                settings(config), services, peers, MemberSettings.rules(codec, quota(config.tenant_quota())));
        this.restorer = config.restore_file().isBlank()
                ? Optional.empty()
                : Optional.of(new Restorer(
                        Path.of(config.restore_file()), config.store(), config.member_name(), member::addStore));
    }

    /** @throws IllegalArgumentException naming what is wrong: a member does not start without what protects it */
    static Map<String, String> quota(String lines) {
        Map<String, String> hard = new TreeMap<>();
        for (String line : lines.isBlank() ? new String[0] : lines.split(",")) {
            int at = line.indexOf('=');
            hard.put(
                    line.substring(0, Math.max(0, at)).strip(),
                    line.substring(at + 1).strip());
        }
        QuotaAmounts.require(hard, "tenant.quota of org.kochab.partition");
        return hard;
    }

    static MemberSettings settings(MemberConfig c) {
        KernelLimits limits = KernelLimits.DEFAULT
                .withQueue(c.queue_transactions(), c.queue_bytes())
                .withHistory(c.history_events(), c.history_bytes())
                .withBookmarks(Duration.ofSeconds(c.bookmark_seconds()))
                .withLease(Duration.ofMillis(c.lease_ttl_millis()), KernelLimits.DEFAULT.commitRetry());
        return new MemberSettings(
                c.member_name(),
                c.store(),
                c.scheduler(),
                c.bootstrap_tenant_partitions(),
                c.bootstrap_resource_managers(),
                limits,
                Duration.ofMillis(c.lease_several_ttl_millis()),
                c.tenant_placement(),
                Duration.ofSeconds(c.rebalance_after_seconds()));
    }

    /** For the rest of this bundle. */
    public Peers peers() {
        return peers;
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindCalls(MemberCalls calls) {
        peers.attach(calls);
    }

    void unbindCalls(MemberCalls calls) {
        peers.detach(calls);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindStore(PartitionStore store) {
        restorer.ifPresentOrElse(r -> r.add(store), () -> member.addStore(store));
    }

    void unbindStore(PartitionStore store) {
        restorer.ifPresent(r -> r.remove(store));
        member.removeStore(store);
    }

    @Deactivate
    void stop() {
        member.close();
        services.close();
    }

    @Override
    public String member() {
        return member.member();
    }

    @Override
    public List<PartitionStatus> partitions() {
        return member.partitions();
    }

    @Override
    public Optional<Partition> partition(PartitionId id) {
        return member.partition(id);
    }

    @Override
    public Optional<Partition> directory() {
        return member.directory();
    }

    @Override
    public CompletionStage<Void> create(PartitionSpec spec) {
        return member.create(spec);
    }

    @Override
    public CompletionStage<Void> move(PartitionId id, String to) {
        return member.move(id, to);
    }

    @Override
    public List<String> members() {
        return member.members();
    }

    @Override
    public CompletionStage<Void> useScheduler(PartitionId id, String scheduler) {
        return member.useScheduler(id, scheduler);
    }

    @Override
    public CompletionStage<Void> useStore(PartitionId id, String store) {
        return member.useStore(id, store);
    }

    @Override
    public CompletionStage<Void> suspend(PartitionId id) {
        return member.suspend(id);
    }

    @Override
    public CompletionStage<Void> resume(PartitionId id) {
        return member.resume(id);
    }

    @Override
    public String tenantPlacement() {
        return member.tenantPlacement();
    }
}
