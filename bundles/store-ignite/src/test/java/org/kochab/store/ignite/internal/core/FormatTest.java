package org.kochab.store.ignite.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.spi.store.StoreException;

/** What former versions wrote is read; what later ones wrote is left alone. The text here is what a version has written: it is never changed. */
class FormatTest {
    private static final String HEAD_3 =
            "AwAAAAAAAAArAAAAAAAAAAMAAAAAAAAABQAAAAAAAAAJAAAAAAAAASwAAAAAAAAABAAAAAAAAAAAAAAAAgAAAAAAAAABAAAAAAAAABQAAAAAAAAAAgAAAAAAAAApAAAAAgAAAAAAAAACAAAAAQAAAAYAAAAAAAAAAwAAAAAAAAACAAAAAQAAAAAAAAAB";
    private static final String LEASE_1 = "AQEAAAAAAAAABwAAAAAAAAAMAAAAAAAAJxBtZW1iZXItMQ==";
    private static final String BLOCK_2 =
            "AgAAAAIAAAAGcG9kcy9hAAAB13sibmFtZSI6ImEiLHsic3BlYyI6eyJjb250YWluZXJzIjpbeyJuYW1lIjoibWFpbiIsImltYWdlIjoicmVnaXN0cnkuZXhhbXBsZS5jb20vd2ViOjEiLCJjb21tYW5kIjpbIi91c3IvYmluL3dlYiIsIi0tcG9ydCIsIjgwODAiLCItLXJvb3QiLCIvc3J2L3d3dyJdLCJyZXNvdXJjZXMiOnsicmVxdWVzdHMiOnsiY3B1IjoiMTAwbSIsIm1lbW9yeSI6IjY0TWkifSwibGltaXRzIjp7Im1lbW9yeSI6IjEyOE1pIn19LCJsaXZlbmVzc1Byb2JlIjp7ImV4ZWMiOnsiY29tbWFuZCI6WyIvdXNyL2Jpbi93ZWIiLCItLWNoZWNrIl19LCJwZXJpb2RTZWNvbmRzIjo1fX1dLCJyZXN0YXJ0UG9saWN5IjoiQWx3YXlzIiwidGVybWluYXRpb25HcmFjZVBlcmlvZFNlY29uZHMiOjMwLCJ0b2xlcmF0aW9ucyI6W3sia2V5IjoiZGVkaWNhdGVkIiwib3BlcmF0b3IiOiJFcXVhbCIsInZhbHVlIjoic2hvcCIsImVmZmVjdCI6Ik5vU2NoZWR1bGUifV19fQAAAAZwb2RzL2L////+AAAACtcDAAAJAWICzQM=";

    private static byte[] bytes(String base64) {
        return Base64.getDecoder().decode(base64);
    }

    private static Item item(String key, String value) {
        return new Item(key.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aHeadOfFormat3() {
        assertThat(Head.decode(bytes(HEAD_3)))
                .isEqualTo(new Head(
                        43,
                        3,
                        List.of(new Head.End(1, 20), new Head.End(2, 41)),
                        5,
                        9,
                        300,
                        4,
                        0,
                        List.of(new Head.Segment(2, 1, 6), new Head.Segment(3, 0, 2)),
                        List.of(1L)));
    }

    @Test
    void aLeaseOfFormat1() {
        assertThat(LeaseCell.decode(bytes(LEASE_1)))
                .isEqualTo(new LeaseCell.Taken(new LeaseRecord(7, "member-1", 12, 10_000)));
        assertThat(LeaseCell.decode(new byte[] {1, 2})).isEqualTo(new LeaseCell.Dropping());
    }

    /** The second value is stored as what differs from the first. */
    @Test
    void aBlockOfFormat2() {
        String spec =
                "{\"spec\":{\"containers\":[{\"name\":\"main\",\"image\":\"registry.example.com/web:1\",\"command\":[\"/usr/bin/web\",\"--port\",\"8080\",\"--root\",\"/srv/www\"],\"resources\":{\"requests\":{\"cpu\":\"100m\",\"memory\":\"64Mi\"},\"limits\":{\"memory\":\"128Mi\"}},\"livenessProbe\":{\"exec\":{\"command\":[\"/usr/bin/web\",\"--check\"]},\"periodSeconds\":5}}],\"restartPolicy\":\"Always\",\"terminationGracePeriodSeconds\":30,\"tolerations\":[{\"key\":\"dedicated\",\"operator\":\"Equal\",\"value\":\"shop\",\"effect\":\"NoSchedule\"}]}}";
        List<Item> items =
                List.of(item("pods/a", "{\"name\":\"a\"," + spec), item("pods/b", "{\"name\":\"b\"," + spec));
        List<Item> read = Block.decode(bytes(BLOCK_2));
        assertThat(read).hasSameSizeAs(items);
        for (int i = 0; i < items.size(); i++) {
            assertThat(read.get(i).key()).isEqualTo(items.get(i).key());
            assertThat(read.get(i).value()).isEqualTo(items.get(i).value());
        }
    }

    @Test
    void whatALaterVersionWroteIsLeftAlone() {
        refused("head", 4, 3, () -> Head.decode(new byte[] {4}));
        refused("lease", 2, 1, () -> LeaseCell.decode(new byte[] {2}));
        refused("block", 3, 2, () -> Block.decode(new byte[] {3}));
    }

    private static void refused(String record, int found, int known, Runnable read) {
        assertThatThrownBy(read::run)
                .isInstanceOf(StoreException.class)
                .hasMessage("the stored " + record + " has format " + found + ", this version reads format " + known
                        + ": run the version of Kochab that wrote it, or a newer one");
    }
}
