package org.kochab.agent.internal.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.kochab.agent.internal.core.Checkpoint;
import org.kochab.api.codec.Codec;
import org.kochab.api.codec.CodecException;
import org.kochab.api.link.Digests;
import org.kochab.api.link.PodDocument;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the node keeps in its data directory: the checkpoint, pods' specs by digest, and the birth counter. One thread. */
public final class Memory {
    private static final Logger LOG = LoggerFactory.getLogger(Memory.class);

    /** So many births for one write: a node whose disk is full can still connect again. */
    private static final int BIRTHS_AT_ONCE = 100;

    private final Codec codec;
    private final Path specs;
    private final SortedMap<String, byte[]> unkept = new TreeMap<>();
    private final DurableFile checkpoint;
    private final DurableFile birth;
    private Checkpoint saved = Checkpoint.EMPTY;
    private long lastBirth;
    private long birthsUpTo;

    public Memory(Path directory, Codec codec) throws IOException {
        this.codec = codec;
        specs = Files.createDirectories(directory.resolve("specs"));
        checkpoint = new DurableFile(directory.resolve("checkpoint"));
        birth = new DurableFile(directory.resolve("birth"));
    }

    /** @return the checkpoint; an empty one if there is none that can be read, which ends nothing that runs */
    public Checkpoint load() throws IOException {
        Optional<byte[]> content = checkpoint.read();
        if (content.isEmpty()) {
            if (checkpoint.exists()) {
                LOG.error(
                        "Neither generation of the checkpoint can be read; what runs is adopted once the resource manager says what it wants");
            }
            return Checkpoint.EMPTY;
        }
        try {
            saved = codec.decode(content.get(), Checkpoint.class);
        } catch (CodecException e) {
            LOG.error(
                    "The checkpoint cannot be understood ({}); what runs is adopted once the resource manager says what it wants",
                    e.getMessage());
            saved = Checkpoint.EMPTY;
        }
        return saved;
    }

    /**
     * Makes a checkpoint durable, if it differs from the last one, and before it the specs that could not be kept.
     *
     * @throws IOException if there is no room for all; call it again later
     */
    public void save(Checkpoint next, SortedSet<String> specsInUse) throws IOException {
        unkept.keySet().retainAll(specsInUse);
        while (!unkept.isEmpty()) {
            write(unkept.firstKey(), unkept.get(unkept.firstKey()));
            unkept.remove(unkept.firstKey());
        }
        if (next.equals(saved)) {
            return;
        }
        checkpoint.write(codec.encode(next));
        saved = next;
        try (Stream<Path> files = Files.list(specs)) {
            List<Path> unused = files.filter(
                            f -> !specsInUse.contains(f.getFileName().toString()))
                    .toList();
            for (Path file : unused) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Keeps a spec; the next checkpoint makes it count. If there is no room for it now, {@link #save} tries again. */
    public void keepSpec(String digest, byte[] json) {
        try {
            write(digest, json);
        } catch (IOException e) {
            LOG.debug("Spec {} cannot be written yet", digest, e);
            unkept.put(digest, json);
        }
    }

    private void write(String digest, byte[] json) throws IOException {
        new DurableFile(specs.resolve(digest)).write(json);
    }

    public Optional<PodDocument> spec(String digest) {
        if (!digest.matches("[0-9a-f]{64}")) {
            return Optional.empty();
        }
        try {
            Optional<byte[]> json = new DurableFile(specs.resolve(digest)).read();
            if (json.isPresent() && Digests.of(json.get()).equals(digest)) {
                return Optional.of(codec.decode(json.get(), PodDocument.class));
            }
        } catch (CodecException | UncheckedIOException | NoSuchFileException e) {
            LOG.warn("Spec {} cannot be read; it is asked for again: {}", digest, e.getMessage());
        } catch (IOException e) {
            LOG.warn("Spec {} cannot be read; it is asked for again", digest, e);
        }
        return Optional.empty();
    }

    /**
     * Counts a birth, durably: after a restart none comes twice.
     *
     * @param seed where to begin if the counter is lost: wall-clock milliseconds keep a node that was set up anew from being taken for an old birth
     */
    public long nextBirth(long seed) throws IOException {
        if (lastBirth == birthsUpTo) {
            long before = birth.read()
                    .map(bytes -> Long.parseLong(new String(bytes, StandardCharsets.US_ASCII)))
                    .orElse(seed);
            long upTo = before + BIRTHS_AT_ONCE;
            birth.write(Long.toString(upTo).getBytes(StandardCharsets.US_ASCII));
            lastBirth = before;
            birthsUpTo = upTo;
        }
        return ++lastBirth;
    }
}
