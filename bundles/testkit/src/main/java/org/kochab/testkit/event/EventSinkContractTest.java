package org.kochab.testkit.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Event;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.TenantId;
import org.kochab.spi.event.EventSink;
import org.kochab.spi.event.SinkRecord;

/** What tenant partitions rely on in every {@link EventSink}. A sink's own test extends this class. */
public abstract class EventSinkContractTest {
    private static final int MOST = 500;
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final TenantId TENANT = new TenantId("acme");

    /** The sink, as it is registered; always the same one in one test. */
    protected abstract EventSink sink();

    /** The uids of events that have reached the place where it brings them, in their order there; the same one as often as it is there. */
    protected abstract List<String> arrived() throws Exception;

    /** An event as it is stored. */
    protected static SinkRecord event(String uid, int count) {
        Instant now = Instant.EPOCH;
        ObjectMeta meta = ObjectMeta.named("web." + uid)
                .withPlace(TENANT.value(), "default")
                .created(uid, now)
                .withResourceVersion(Integer.toString(count));
        return new SinkRecord.Occurred(
                TENANT,
                new Event(
                        Kind.EVENT.apiVersion(),
                        Kind.EVENT.name(),
                        meta,
                        new Event.Involved("v1", "Pod", "default", "web", "uid-of-web"),
                        "Normal",
                        "Started",
                        "Started container main: \"quoted\",\nover two lines",
                        new Event.Source("kochab", "tp-1"),
                        count,
                        now,
                        now));
    }

    @Test
    void hasANameAndTenantsThatStay() {
        assertThat(sink().name()).isNotBlank().isEqualTo(sink().name());
        assertThat(sink().tenants()).isEqualTo(sink().tenants());
    }

    @Test
    void whatItHasTakenHasArrivedInOrder() throws Exception {
        sink().take(List.of(event("a", 1), event("b", 1)));
        assertThat(arrived()).containsExactly("a", "b");
        sink().take(List.of(event("c", 1)));
        assertThat(arrived()).containsExactly("a", "b", "c");
    }

    /** After a failure, or a change of leader, the same comes again. */
    @Test
    void takesRepetitions() throws Exception {
        sink().take(List.of(event("a", 1)));
        sink().take(List.of(event("a", 1), event("a", 2)));
        assertThat(arrived()).contains("a");
    }

    @Test
    void livesWithGaps() throws Exception {
        sink().take(List.of(new SinkRecord.Lost(7), event("a", 1)));
        sink().take(List.of(new SinkRecord.Lost(1)));
        assertThat(arrived()).containsExactly("a");
    }

    @Test
    void takesAFullBatchInTime() throws Exception {
        List<SinkRecord> batch = new ArrayList<>();
        for (int i = 0; i < MOST; i++) {
            batch.add(event("uid-" + i, 1));
        }
        long began = System.nanoTime();
        sink().take(batch);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LIMIT);
        assertThat(arrived()).hasSize(MOST);
    }
}
