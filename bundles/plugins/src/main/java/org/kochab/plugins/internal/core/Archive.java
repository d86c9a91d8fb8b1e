package org.kochab.plugins.internal.core;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** A zip file all of whose entries were read once: it is not larger than it may be, and none leads out of it. Not thread-safe; blocks. */
final class Archive implements AutoCloseable {
    private static final int BLOCK = 16 * 1024;
    private static final int LONGEST_NAME = 1024;

    private final ZipFile zip;
    private final String label;
    private final List<String> names = new ArrayList<>();
    private long contentBytes;

    private Archive(ZipFile zip, String label) {
        this.zip = zip;
        this.label = label;
    }

    /**
     * @param label what it is called in messages
     * @throws Refused if it is no zip file or not within the limits
     */
    static Archive open(Path file, String label, Limits limits) throws IOException {
        Archive archive;
        try {
            archive = new Archive(new ZipFile(file.toFile()), label);
        } catch (ZipException e) {
            throw new Refused(label + " is neither a jar nor a KAR: " + e.getMessage());
        }
        try {
            archive.check(limits);
            return archive;
        } catch (ZipException e) {
            archive.close();
            throw new Refused(label + " is damaged: " + e.getMessage());
        } catch (IOException | RuntimeException e) {
            archive.close();
            throw e;
        }
    }

    private void check(Limits limits) throws IOException {
        if (zip.size() > limits.entries()) {
            throw new Refused(label + " has " + zip.size() + " entries: at most " + limits.entries() + " are taken");
        }
        Set<String> seen = new HashSet<>();
        byte[] block = new byte[BLOCK];
        for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
            ZipEntry entry = all.nextElement();
            String name = entry.getName();
            if (!harmless(name)) {
                throw new Refused(
                        label + " has an entry whose name leads out of it or cannot be read: '" + shown(name) + "'");
            }
            if (!seen.add(name)) {
                throw new Refused(label + " has '" + shown(name) + "' twice");
            }
            names.add(name);
            try (InputStream in = zip.getInputStream(entry)) {
                for (int n = in.read(block); n >= 0; n = in.read(block)) {
                    contentBytes += n;
                    if (contentBytes > limits.contentBytes()) {
                        throw new Refused(label + " unpacks to more than " + limits.contentBytes()
                                + " bytes: raise largest.bytes of org.kochab.plugins if that is meant");
                    }
                }
            }
        }
    }

    private static boolean harmless(String name) {
        if (name.isEmpty() || name.length() > LONGEST_NAME || name.startsWith("/") || name.indexOf('\\') >= 0) {
            return false;
        }
        for (String part : name.split("/", -1)) {
            if (part.equals("..") || part.equals(".")) {
                return false;
            }
        }
        return name.chars().noneMatch(Character::isISOControl);
    }

    private static String shown(String name) {
        String cut = name.substring(0, Math.min(200, name.length()));
        return cut.replaceAll("\\p{Cntrl}", "?");
    }

    /** Bytes of all entries together. */
    long contentBytes() {
        return contentBytes;
    }

    List<String> names() {
        return names;
    }

    boolean has(String name) {
        return zip.getEntry(name) != null;
    }

    /** @throws Refused if there is none of that name or it is larger */
    byte[] bytes(String name, int most) throws IOException {
        try (InputStream in = stream(name)) {
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw new Refused(label + ": " + name + " is larger than " + most + " bytes");
            }
            return bytes;
        }
    }

    void copy(String name, Path to) throws IOException {
        try (InputStream in = stream(name);
                OutputStream out = Files.newOutputStream(to)) {
            in.transferTo(out);
        }
    }

    private InputStream stream(String name) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null) {
            throw new Refused(label + " has no " + name);
        }
        return zip.getInputStream(entry);
    }

    /** Headers of its manifest; empty if it has none. */
    Optional<Map<String, String>> headers(int most) throws IOException {
        if (!has(JarFile.MANIFEST_NAME)) {
            return Optional.empty();
        }
        byte[] bytes = bytes(JarFile.MANIFEST_NAME, most);
        Map<String, String> headers = new LinkedHashMap<>();
        try {
            new Manifest(new ByteArrayInputStream(bytes))
                    .getMainAttributes()
                    .forEach((k, v) -> headers.put(k.toString(), v.toString()));
        } catch (IOException e) {
            throw new Refused(label + " has a manifest that cannot be read: " + e.getMessage());
        }
        return Optional.of(headers);
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
