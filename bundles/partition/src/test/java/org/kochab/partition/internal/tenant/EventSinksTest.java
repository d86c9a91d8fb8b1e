package org.kochab.partition.internal.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.plugin.Plugin;
import org.kochab.spi.event.EventSink;
import org.kochab.spi.event.SinkRecord;

class EventSinksTest {
    private static final TenantId T = TestPlane.TENANT;

    private final AtomicLong now = new AtomicLong();
    private final EventSinks sinks = new EventSinks(now::get, Duration.ofSeconds(10));

    @AfterEach
    void stop() {
        sinks.close();
    }

    private interface Taking {
        void take(List<SinkRecord> batch) throws Exception;
    }

    private EventSink sink(String name, List<TenantId> tenants, Taking taking) {
        EventSink sink = new EventSink() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public List<TenantId> tenants() {
                return tenants;
            }

            @Override
            public void take(List<SinkRecord> batch) throws Exception {
                taking.take(batch);
            }
        };
        sinks.add(sink, "com.example.sinks", "2.0.0");
        return sink;
    }

    private Plugin plugin() {
        return sinks.plugins().get(0);
    }

    private static SinkRecord record(long number) {
        return new SinkRecord.Lost(number);
    }

    private static List<String> names(List<SinkRecord> records) {
        return records.stream()
                .map(r -> ((SinkRecord.Occurred) r).event())
                .map(e -> e.involvedObject().name() + " x" + e.count())
                .toList();
    }

    @Test
    void aSinkIsGivenWhatThereIsAndWhatHappensInItsTenants() {
        List<SinkRecord> first = Collections.synchronizedList(new ArrayList<>());
        List<SinkRecord> late = Collections.synchronizedList(new ArrayList<>());
        List<SinkRecord> other = Collections.synchronizedList(new ArrayList<>());
        try (TestPlane test = new TestPlane(new Vendors(new Admission(), sinks, new BindHooks()))) {
            test.ready();
            sink("first", List.of(), first::addAll);
            sink("other", List.of(new TenantId("other")), other::addAll);
            test.resources().create(T, event(test, "a", 1));
            await().atMost(Duration.ofSeconds(20)).until(() -> names(first).equals(List.of("a x1")));

            sink("late", List.of(T), late::addAll);
            await().atMost(Duration.ofSeconds(20)).until(() -> names(late).equals(List.of("a x1")));
            test.resources().apply(T, event(test, "a", 2));
            test.resources().create(T, event(test, "b", 1));
            await().atMost(Duration.ofSeconds(20)).until(() -> late.size() == 3 && first.size() == 3);
            assertThat(names(late)).containsExactly("a x1", "a x2", "b x1");
            assertThat(names(first)).containsExactly("a x1", "a x2", "b x1");
            assertThat(other).isEmpty();
        }
    }

    private static Resource event(TestPlane test, String about, int count) {
        return test.read(
                """
                apiVersion: v1
                kind: Event
                metadata: {name: %s}
                involvedObject: {kind: Pod, namespace: default, name: %s}
                type: Normal
                reason: Tested
                message: a test
                count: %d
                lastTimestamp: "2100-01-01T00:00:00Z"
                """
                        .formatted(about, about, count));
    }

    @Test
    void aSlowSinkLosesTheOldestAndIsTold() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        Semaphore mayTake = new Semaphore(0);
        List<SinkRecord> got = Collections.synchronizedList(new ArrayList<>());
        sink("slow", List.of(), batch -> {
            called.countDown();
            mayTake.acquire();
            got.addAll(batch);
        });
        SinkQueue queue = sinks.all().get(0);
        int more = 70;
        // While it is given this one, all the others come, and what is lost is told at once.
        queue.put(record(1_000_000));
        called.await();
        for (int i = 1; i < SinkQueue.MOST + more; i++) {
            queue.put(record(1_000_000 + i));
        }
        assertThat(plugin().state()).isEqualTo("Slow");
        assertThat(plugin().message()).isEqualTo("It has lost 70 records: it did not take them soon enough.");
        mayTake.release(1_000);
        await().atMost(Duration.ofSeconds(20)).until(() -> got.contains(record(1_000_000 + SinkQueue.MOST + more - 1)));
        assertThat(got).contains(new SinkRecord.Lost(more));
        List<SinkRecord> whole =
                got.stream().filter(r -> !r.equals(new SinkRecord.Lost(more))).toList();
        assertThat(whole).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(SinkQueue.MOST);
        for (int i = 1; i < whole.size(); i++) {
            assertThat(((SinkRecord.Lost) whole.get(i)).records())
                    .isGreaterThan(((SinkRecord.Lost) whole.get(i - 1)).records());
        }
    }

    @Test
    void aFailedBatchIsGivenAgainAndTheSinkIsLeftAloneForAWhile() throws Exception {
        List<List<SinkRecord>> calls = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch works = new CountDownLatch(1);
        sink("shaky", List.of(), batch -> {
            calls.add(batch);
            if (works.getCount() > 0) {
                throw new java.io.IOException("the disk is full");
            }
        });
        sinks.all().get(0).put(record(1));
        await().atMost(Duration.ofSeconds(20)).until(() -> plugin().state().equals("Quarantined"));
        assertThat(plugin().kind()).isEqualTo(Plugin.EVENT_SINK);
        assertThat(plugin().message()).contains("event sink 'shaky' of com.example.sinks 2.0.0", "the disk is full");
        assertThat(calls).hasSize(3).allMatch(List.of(record(1))::equals);
        sinks.all().get(0).put(record(2));
        works.countDown();
        now.addAndGet(Duration.ofSeconds(2).toNanos());
        await().atMost(Duration.ofSeconds(20)).until(() -> calls.size() == 4);
        assertThat(calls.get(3)).containsExactly(record(1), record(2));
        await().atMost(Duration.ofSeconds(20)).until(() -> plugin().state().equals("Active"));
    }
}
