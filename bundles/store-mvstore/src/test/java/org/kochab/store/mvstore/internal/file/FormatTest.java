package org.kochab.store.mvstore.internal.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.spi.store.StoreException;
import org.kochab.store.mvstore.internal.core.Contents;
import org.kochab.store.mvstore.internal.core.Root;
import org.kochab.store.mvstore.internal.core.Sealed;

/** Files of former versions are read; those of later ones are left alone. */
class FormatTest {
    private static final List<String> FILES = List.of(DataDirectory.DATA, DataDirectory.ACKNOWLEDGED);

    @TempDir
    Path directory;

    @Test
    void aFileOfFormat1IsRead() throws Exception {
        for (String file : FILES) {
            try (InputStream in = FormatTest.class.getResourceAsStream("/format-1/" + file)) {
                Files.copy(Objects.requireNonNull(in), directory.resolve(file));
            }
        }
        try (MvPartitionStore store = Writing.open(directory)) {
            assertThat(Writing.await(store.lease("tp-1"))).contains(new LeaseRecord(2, "member-1", 3, 10_000));
            assertThat(Writing.contents(store, "tp-1")).isEqualTo(expected());
            assertThat(Writing.await(store.load("tp-1", put -> {}))).isEqualTo(43);
            assertThat(Writing.await(store.lease("rm-1"))).contains(new LeaseRecord(7, "", 0, 4_000));
            assertThat(Writing.contents(store, "rm-1")).isEmpty();
            // what each epoch wrote last is known, too
            Writing.done(store, new CommitBatch("tp-1", 1, 0, 41, List.of(), List.of()));
            Writing.done(store, new CommitBatch("tp-1", 2, 43, 44, List.of(), List.of()));
        }
    }

    private static Map<String, String> expected() {
        Map<String, String> all = new TreeMap<>();
        for (int i = 0; i < 60; i++) {
            all.put("pods/" + i, "v".repeat(i));
        }
        all.remove("pods/7");
        return all;
    }

    /** Writes the files that the test above reads; to be run once for each format, by the version that introduces it. @param args a directory */
    public static void main(String[] args) throws Exception {
        try (MvPartitionStore store = Writing.open(Path.of(args[0]))) {
            LeaseRecord first = new LeaseRecord(1, "member-1", 0, 10_000);
            Writing.await(store.compareAndSetLease("tp-1", Optional.empty(), first));
            CommitBatch puts = new CommitBatch(
                    "tp-1",
                    1,
                    0,
                    41,
                    expected().entrySet().stream()
                            .map(e -> Writing.put(e.getKey(), e.getValue()))
                            .toList(),
                    List.of());
            Writing.done(store, puts);
            Writing.await(
                    store.compareAndSetLease("tp-1", Optional.of(first), new LeaseRecord(2, "member-1", 3, 10_000)));
            Writing.done(store, Writing.batch("tp-1", 2, 42, Writing.put("pods/7", "soon deleted")));
            Writing.done(
                    store,
                    new CommitBatch(
                            "tp-1",
                            2,
                            42,
                            43,
                            List.of(),
                            List.of(Writing.put("pods/7", "").key())));
            Writing.await(store.compareAndSetLease("rm-1", Optional.empty(), new LeaseRecord(7, "", 0, 4_000)));
        }
    }

    @Test
    void aFileOfALaterFormatIsLeftAlone() throws Exception {
        Writing.open(directory).close();
        MVStore store = DataFile.open(directory.resolve(DataDirectory.DATA), 8);
        MVMap<byte[], byte[]> heads = store.openMap(
                "heads", new MVMap.Builder<byte[], byte[]>().keyType(Bytes.TYPE).valueType(Bytes.TYPE));
        byte[] later = new Root(9, Contents.NONE).encode();
        ByteBuffer.wrap(later).putInt(Root.FORMAT + 1);
        heads.put(new byte[0], Sealed.seal(new byte[0], later));
        store.close();
        byte[] bytes = bytes();
        assertThatThrownBy(() -> Writing.open(directory))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("format 2, this version reads format 1: run the version of Kochab that wrote it");
        assertThat(bytes()).isEqualTo(bytes);
    }

    private byte[] bytes() throws IOException {
        return Files.readAllBytes(directory.resolve(DataDirectory.DATA));
    }
}
