package org.kochab.partition.internal.tenant;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Event;
import org.kochab.api.model.Kind;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.Transaction;
import org.kochab.codec.JacksonCodec;
import org.kochab.partition.LocalPartitions;
import org.kochab.partition.internal.core.tenant.Changes;
import org.kochab.partition.internal.core.tenant.Decoded;
import org.kochab.partition.internal.core.tenant.ObjectKeys;
import org.kochab.partition.internal.core.tenant.ObjectRules;
import org.kochab.store.memory.MemoryStore;

class EventRecorderTest {
    private static final String TENANT = "acme";
    private static final int MOST = 500;

    private final LocalPartitions partitions = LocalPartitions.start(new MemoryStore());
    private final Partition partition = partitions.partition("tp-1");
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final EventRecorder recorder;

    EventRecorderTest() {
        ObjectRules rules = new ObjectRules();
        Workshop shop = new Workshop(
                rules,
                new Changes(rules),
                new Decoded(new JacksonCodec(), 1_024, () -> 0),
                () -> now,
                new TenantPlane.Chance());
        recorder = new EventRecorder(shop, partition, MOST, new EventSinks());
    }

    @AfterEach
    void end() {
        recorder.close();
        partitions.close();
    }

    private void open(String namespace) {
        partition
                .submit(Transaction.put(ObjectKeys.openNamespace(new TenantId(TENANT), namespace), new byte[0]))
                .toCompletableFuture()
                .join();
    }

    private void record(String namespace, String pod, String message) {
        recorder.record(TENANT, new Event.Involved("v1", "Pod", namespace, pod, pod), "Normal", "Told", message);
    }

    private Map<String, List<Event>> stored() throws GoneException {
        List<Entry> entries = new ArrayList<>();
        ListPage page = partition.list(ObjectKeys.all(Kind.EVENT), 10_000);
        entries.addAll(page.entries());
        while (page.next().isPresent()) {
            page = partition.list(
                    ObjectKeys.all(Kind.EVENT), 10_000, page.next().get());
            entries.addAll(page.entries());
        }
        return entries.stream()
                .map(e -> new JacksonCodec().decode(e.value(), Event.class))
                .collect(groupingBy(e -> String.valueOf(e.metadata().namespace())));
    }

    @Test
    void theSameAgainIsCounted() throws GoneException {
        open("a");
        record("a", "p", "once more");
        now = now.plusSeconds(5);
        record("a", "p", "once more");
        recorder.write();
        assertThat(stored().get("a")).singleElement().satisfies(e -> {
            assertThat(e.count()).isEqualTo(2);
            assertThat(e.lastTimestamp()).isEqualTo(now);
        });
    }

    @Test
    void eachGoesAnHourAfterItLastHappened() throws GoneException {
        open("a");
        record("a", "p", "first");
        record("a", "q", "second");
        recorder.write();
        now = now.plusSeconds(1_800);
        record("a", "p", "first");
        now = now.plusSeconds(1_801);
        recorder.write();
        assertThat(stored().get("a")).extracting(Event::message).containsExactly("first");
    }

    @Test
    void manyNamespacesShareWhatAPartitionKeeps() throws GoneException {
        int namespaces = 20;
        int each = 60;
        for (int n = 0; n < namespaces; n++) {
            open("n" + n);
        }
        for (int i = 0; i < each; i++) {
            now = now.plusSeconds(1);
            for (int n = 0; n < namespaces; n++) {
                record("n" + n, "p" + i, "said");
            }
            if (i % 10 == 9) {
                recorder.write();
            }
        }
        recorder.write();
        Map<String, List<Event>> stored = stored();
        assertThat(stored).hasSize(namespaces);
        assertThat(stored.values()).allSatisfy(events -> {
            assertThat(events).hasSize(MOST / namespaces);
            assertThat(events.stream().map(e -> e.involvedObject().uid()))
                    .contains("p59", "p35")
                    .doesNotContain("p34");
        });
    }
}
