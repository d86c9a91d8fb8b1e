package org.kochab.rm.internal.core;

import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Node;
import org.kochab.api.node.Claim;
import org.kochab.api.node.NodeKeys;
import org.kochab.api.node.PodReport;
import org.kochab.api.node.Reading;
import org.kochab.api.node.TenantOwner;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.ListCursor;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.Partition;

/** Builds the state in memory from the partition. Nobody else writes meanwhile: the owner key fences others off. */
final class Loader {
    private static final int PAGE = 1_000;

    private final Ledger state;

    Loader(Ledger state) {
        this.state = state;
    }

    /** Replaces the tables; of nodes that are known already, what only memory knows is kept. */
    void load() throws GoneException {
        Table before = state.table;
        state.table = new Table();
        state.readings.clear();
        state.owners.clear();
        Partition partition = state.outside.partition();
        each(OwnKeys.READINGS, this::reading);
        each(OwnKeys.TENANTS, this::owner);
        state.reservedTokens = partition
                .get(OwnKeys.TOKEN)
                .map(e -> Long.parseLong(Journal.text(e.value())))
                .orElse(0L);
        state.lastToken = state.reservedTokens;
        long now = state.now();
        each(NodeKeys.NODES, e -> node(e, before, now));
        each(OwnKeys.BIRTHS, this::birth);
        each(OwnKeys.MOVES, this::move);
        each(NodeKeys.CLAIMS, this::claim);
        each(NodeKeys.REPORTS, this::report);
        long revision = partition.revision();
        state.table.eachNode(n -> n.generation = Math.max(n.generation, revision));
    }

    private void node(Entry entry, Table before, long now) {
        Node node = state.decode(entry.value(), Node.class);
        NodeSlot slot = state.table.add(entry.key().substring(NodeKeys.NODES.length()));
        Node.Status status = node.status();
        slot.registered = true;
        slot.phase = NodeSlot.Phase.of(status == null ? null : status.phase());
        slot.cordoned = NodeRecords.isCordoned(node);
        slot.heardAt = now;
        state.table.capacity.allocatable(slot.row, NodeRecords.amounts(status == null ? null : status.allocatable()));
        NodeSlot known = before.node(slot.name);
        if (known != null) {
            slot.heardAt = known.heardAt;
            slot.heartbeatSequence = known.heartbeatSequence;
            slot.reportSequence = known.reportSequence;
            slot.askedAt = known.askedAt;
            slot.generation = known.generation;
        }
    }

    private void reading(Entry entry) {
        String[] parts = Journal.text(entry.value()).split(" ", 2);
        // Records of the first release have the epoch only.
        long revision = parts.length == 2 ? Long.parseLong(parts[1]) : 0;
        state.readings.put(
                entry.key().substring(OwnKeys.READINGS.length()), new Reading(Long.parseLong(parts[0]), revision));
    }

    private void owner(Entry entry) {
        String tenant = entry.key().substring(OwnKeys.TENANTS.length());
        String[] parts = Journal.text(entry.value()).split(" ", 2);
        state.owners.put(tenant, new TenantOwner(tenant, Long.parseLong(parts[0]), parts[1]));
    }

    private void birth(Entry entry) {
        NodeSlot slot = state.table.node(entry.key().substring(OwnKeys.BIRTHS.length()));
        String[] parts = Journal.text(entry.value()).split(" ", 2);
        if (slot != null && parts.length == 2) {
            slot.birth = Long.parseLong(parts[0]);
            slot.bootId = parts[1];
        }
    }

    private void move(Entry entry) {
        NodeSlot slot = state.table.node(entry.key().substring(OwnKeys.MOVES.length()));
        if (slot != null) {
            slot.hold = Hold.of(Journal.text(entry.value()));
        }
    }

    private void claim(Entry entry) {
        Claim claim = state.decode(entry.value(), Claim.class);
        NodeSlot node = state.table.node(claim.node());
        ClaimSlot slot = new ClaimSlot(
                claim.podUid(),
                node == null ? state.table.add(claim.node()) : node,
                shared(claim.partition()),
                claim.generation(),
                claim.token(),
                state.table.capacity.granted(claim.requests()));
        slot.finished = claim.finished();
        slot.grace = claim.releaseGraceSeconds() == null ? ClaimSlot.NOT_RELEASED : claim.releaseGraceSeconds();
        state.lastToken = Math.max(state.lastToken, claim.token());
        state.reservedTokens = Math.max(state.reservedTokens, state.lastToken);
        state.table.add(slot);
    }

    private final java.util.Map<String, String> partitions = new java.util.HashMap<>();

    private String shared(String partition) {
        return partitions.computeIfAbsent(partition, p -> p);
    }

    private void report(Entry entry) {
        PodReport report = state.decode(entry.value(), PodReport.class);
        ClaimSlot claim = state.table.claim(report.podUid());
        if (claim != null && claim.token == report.token()) {
            claim.reported = "NotOnNode".equals(report.status().reason())
                    ? 0
                    : ClaimSlot.phase(report.status().phase());
        }
    }

    private void each(String prefix, Consumer<Entry> action) throws GoneException {
        Partition partition = state.outside.partition();
        @Nullable ListCursor cursor = null;
        do {
            ListPage page = cursor == null ? partition.list(prefix, PAGE) : partition.list(prefix, PAGE, cursor);
            page.entries().forEach(action);
            Optional<ListCursor> next = page.next();
            cursor = next.orElse(null);
        } while (cursor != null);
    }
}
