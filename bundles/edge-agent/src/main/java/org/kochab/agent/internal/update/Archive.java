package org.kochab.agent.internal.update;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks a distribution ({@code tar.gz}, everything below one directory, which is left out). Whatever it says, nothing is written outside the target: files
 * and directories only, with plain names, each once, bounded in number and size. Blocks.
 */
final class Archive {
    private static final int BLOCK = 512;
    private static final long MOST_BYTES = 1L << 30;
    private static final int MOST_ENTRIES = 20_000;
    private static final int MOST_NAME = 4096;
    private static final int MOST_DEPTH = 32;
    private static final int OWNER_EXECUTES = 0100;

    private final InputStream in;
    private final Path target;
    private long bytes;
    private int entries;
    private @Nullable String longName;

    private Archive(InputStream in, Path target) {
        this.in = in;
        this.target = target;
    }

    /** @param target a directory that is not there yet; left half made if this fails */
    static void unpack(Path archive, Path target) throws UpdateException {
        try (InputStream in = new GZIPInputStream(new BufferedInputStream(Files.newInputStream(archive)), 64 * 1024)) {
            Files.createDirectory(target);
            new Archive(in, target).unpack();
        } catch (EOFException e) {
            throw new UpdateException("the archive is cut off", e);
        } catch (IOException e) {
            throw new UpdateException("the archive cannot be unpacked: " + e.getMessage(), e);
        }
    }

    private void unpack() throws IOException, UpdateException {
        byte[] header = new byte[BLOCK];
        while (true) {
            read(header);
            if (isEmpty(header)) {
                break;
            }
            check(header);
            entry(header);
        }
        // What follows is padding; reading it has the checksum of the compressed whole checked.
        while (in.read(header) >= 0) {
            continue;
        }
    }

    private void entry(byte[] header) throws IOException, UpdateException {
        long size = number(header, 124, 12);
        bytes += size;
        if (++entries > MOST_ENTRIES || bytes > MOST_BYTES) {
            throw new UpdateException(
                    "the archive has more than " + MOST_ENTRIES + " entries or " + (MOST_BYTES >> 20) + " MiB");
        }
        char type = (char) header[156];
        switch (type) {
            case 'x', 'L' -> longName = longName(type, small(size));
            case 'g' -> small(size);
            case '0', '\0' -> {
                Path file = place(name(header));
                boolean executable = (number(header, 100, 8) & OWNER_EXECUTES) != 0;
                write(file, size, executable);
            }
            case '5' -> Files.createDirectories(place(name(header)));
            default ->
                throw new UpdateException("entry " + name(header)
                        + " of the archive is a link or something else that is neither file nor directory");
        }
    }

    private @Nullable String longName(char type, byte[] content) throws UpdateException {
        if (type == 'L') {
            return new String(content, StandardCharsets.UTF_8).replace("\0", "");
        }
        // One character a byte, because lengths count bytes.
        String text = new String(content, StandardCharsets.ISO_8859_1);
        String name = null;
        // "LENGTH KEY=VALUE\n" each.
        for (int at = 0; at < content.length; ) {
            int space = text.indexOf(' ', at);
            int length = space < 0 || !text.substring(at, space).matches("[0-9]{1,5}")
                    ? 0
                    : Integer.parseInt(text.substring(at, space));
            if (length <= space - at || at + length > text.length()) {
                throw new UpdateException("the archive has a header that makes no sense");
            }
            String record = text.substring(space + 1, at + length - 1);
            if (record.startsWith("path=")) {
                byte[] utf8 = record.substring("path=".length()).getBytes(StandardCharsets.ISO_8859_1);
                name = new String(utf8, StandardCharsets.UTF_8);
            } else if (record.startsWith("size=")) {
                throw new UpdateException("the archive has a file that is too large");
            }
            at += length;
        }
        return name;
    }

    private String name(byte[] header) {
        String given = longName;
        longName = null;
        if (given != null) {
            return given;
        }
        String prefix = text(header, 345, 155);
        String name = text(header, 0, 100);
        boolean posix = text(header, 257, 6).equals("ustar") && header[262] == 0;
        return posix && !prefix.isEmpty() ? prefix + "/" + name : name;
    }

    /** Where an entry belongs, without the archive's own top directory. */
    private Path place(String name) throws UpdateException {
        String[] parts = name.split("/");
        if (name.isEmpty() || name.length() > MOST_NAME || parts.length == 0 || parts.length > MOST_DEPTH) {
            throw new UpdateException("the archive has an entry whose name is empty or too long");
        }
        for (String part : parts) {
            if (part.isEmpty()
                    || part.equals(".")
                    || part.equals("..")
                    || part.chars().anyMatch(c -> c < ' ')) {
                throw new UpdateException("entry " + name.replaceAll("\\p{Cntrl}", "?")
                        + " of the archive has a name that leads elsewhere");
            }
        }
        Path place = target;
        for (String part : Arrays.asList(parts).subList(1, parts.length)) {
            place = place.resolve(part);
        }
        return place;
    }

    private void write(Path file, long size, boolean executable) throws IOException, UpdateException {
        if (file.equals(target)) {
            throw new UpdateException("the archive has a file where its one directory should be");
        }
        Files.createDirectories(file.getParent());
        byte[] buffer = new byte[32 * 1024];
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long left = size; left > 0; ) {
                int n = in.read(buffer, 0, (int) Math.min(left, buffer.length));
                if (n < 0) {
                    throw new EOFException();
                }
                ByteBuffer piece = ByteBuffer.wrap(buffer, 0, n);
                while (piece.hasRemaining()) {
                    out.write(piece);
                }
                left -= n;
            }
            out.force(true);
        }
        pad(size);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }

    private byte[] small(long size) throws IOException, UpdateException {
        if (size > MOST_NAME * 2) {
            throw new UpdateException("the archive has a header that is too long");
        }
        byte[] content = new byte[(int) size];
        read(content);
        pad(size);
        return content;
    }

    private void pad(long size) throws IOException {
        read(new byte[(int) ((BLOCK - size % BLOCK) % BLOCK)]);
    }

    private void read(byte[] into) throws IOException {
        if (in.readNBytes(into, 0, into.length) < into.length) {
            throw new EOFException();
        }
    }

    private static void check(byte[] header) throws UpdateException {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xff;
        }
        if (sum != number(header, 148, 8)) {
            throw new UpdateException("this is no tar archive, or it is damaged");
        }
    }

    private static boolean isEmpty(byte[] block) {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private static String text(byte[] header, int at, int length) {
        int end = at;
        while (end < at + length && header[end] != 0) {
            end++;
        }
        return new String(header, at, end - at, StandardCharsets.UTF_8);
    }

    private static long number(byte[] header, int at, int length) throws UpdateException {
        String digits = text(header, at, length).strip();
        if (!digits.matches("[0-7]{1,11}")) {
            throw new UpdateException("this is no tar archive, or it is damaged");
        }
        return Long.parseLong(digits, 8);
    }
}
