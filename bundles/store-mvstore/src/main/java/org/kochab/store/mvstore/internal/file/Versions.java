package org.kochab.store.mvstore.internal.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.h2.mvstore.DataUtils;
import org.kochab.store.mvstore.internal.core.DamagedException;

/**
 * The versions that are still in a file that is not open. Each is a chunk: some blocks, with a line about it at the beginning and another at the end.
 * The file begins with two copies of a line that points to one of the newest. If a loss of power left that line without its chunk, MVStore
 * takes any older version that it comes across; and it takes a chunk for whole that has its first and its last block.
 */
final class Versions {
    private static final int BLOCK = 4096;
    private static final int HEADERS = 2;
    private static final int MOST_LINE = 256;
    private static final int FOOTER = 128;
    private static final Pattern CHUNK = Pattern.compile(
            "^chunk:([0-9a-f]+),(?:[^\\n]*,)?len:([0-9a-f]{1,7}),(?:[^\\n]*,)?version:([0-9a-f]+)[,\\n ]");

    private static final String CHECKSUM = ",fletcher:";

    private record Version(long number, String chunk, long block) {}

    private final Path path;

    /** Newest first. */
    private final List<Version> left;

    private Versions(Path path, List<Version> left) {
        this.path = path;
        this.left = left;
    }

    static Versions of(Path path) throws IOException {
        List<Version> found = new ArrayList<>();
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            long block = HEADERS;
            while (block * BLOCK < file.size()) {
                Matcher line = CHUNK.matcher(read(file, block * BLOCK));
                long end = block + (line.find() ? Long.parseLong(line.group(2), 16) : 0);
                if (end > block && isEnd(read(file, end * BLOCK - FOOTER), line)) {
                    found.add(new Version(Long.parseUnsignedLong(line.group(3), 16), line.group(1), block));
                    block = end;
                } else {
                    block++;
                }
            }
        }
        found.sort(Comparator.comparingLong(Version::number).reversed());
        return new Versions(path, found);
    }

    private static boolean isEnd(String text, Matcher line) {
        Matcher end = CHUNK.matcher(text);
        return end.find() && end.group(1).equals(line.group(1)) && end.group(3).equals(line.group(3));
    }

    boolean isEmpty() {
        return left.isEmpty();
    }

    /** The newest that is left; 0 if none is. */
    long newest() {
        return left.isEmpty() ? 0 : left.get(0).number();
    }

    /** Makes the newest that is left the one that MVStore opens. */
    void point() throws IOException {
        Version to = left.get(0);
        try (FileChannel file = open()) {
            HashMap<String, Object> header = header(file);
            header.put("block", Long.toHexString(to.block()));
            header.put("chunk", to.chunk());
            header.put("version", Long.toHexString(to.number()));
            StringBuilder line = DataUtils.appendMap(new StringBuilder(), header);
            byte[] bytes = line.toString().getBytes(ISO_8859_1);
            line.append(CHECKSUM).append(Integer.toHexString(DataUtils.getFletcher32(bytes, 0, bytes.length)));
            byte[] both = Arrays.copyOf(line.append('\n').toString().getBytes(ISO_8859_1), BLOCK);
            for (long block = 0; block < HEADERS; block++) {
                file.write(ByteBuffer.wrap(both), block * BLOCK);
            }
        }
    }

    /** Makes the newest that is left unknown. */
    void forgetNewest() throws IOException {
        try (FileChannel file = open()) {
            file.write(ByteBuffer.allocate(MOST_LINE), left.remove(0).block() * BLOCK);
        }
    }

    private FileChannel open() throws IOException {
        return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** What the file says of itself, whichever version it points to. */
    private HashMap<String, Object> header(FileChannel file) throws IOException {
        for (long block = 0; block < HEADERS; block++) {
            String text = read(file, block * BLOCK);
            int end = Math.max(0, text.indexOf(CHECKSUM));
            byte[] checked = text.substring(0, end).getBytes(ISO_8859_1);
            String checksum = CHECKSUM + Integer.toHexString(DataUtils.getFletcher32(checked, 0, end));
            if (end > 0 && text.startsWith(checksum + "\n", end)) {
                HashMap<String, Object> header = new HashMap<>(DataUtils.parseMap(text.substring(0, end)));
                header.remove("clean");
                return header;
            }
        }
        throw new DamagedException(path + " does not begin as it should");
    }

    private static String read(FileChannel file, long at) throws IOException {
        ByteBuffer start = ByteBuffer.allocate(MOST_LINE);
        while (start.hasRemaining() && file.read(start, at + start.position()) > 0) {}
        return new String(start.array(), 0, start.position(), ISO_8859_1);
    }
}
