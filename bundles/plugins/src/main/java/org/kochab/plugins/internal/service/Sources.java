package org.kochab.plugins.internal.service;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.kochab.plugins.internal.core.Refused;

/** Copies what is to be installed: what was looked at is what is installed. Any thread; blocks. */
final class Sources {
    private static final Pattern MAVEN = Pattern.compile("mvn:[^/!\\s]+/[^/!\\s]+/[^/!\\s]+(/[^/!\\s]*){0,2}");
    private static final int BLOCK = 64 * 1024;

    private Sources() {}

    /** What a source is called in messages. */
    static String label(String source) {
        return isMaven(source) ? source : source.substring(source.lastIndexOf('/') + 1);
    }

    private static boolean isMaven(String source) {
        return source.startsWith("mvn:");
    }

    /**
     * @return the digest, as sha256sum prints it
     * @throws Refused if there is no such file or it is larger
     */
    static String copy(String source, Path to, long most) throws IOException {
        try (InputStream in = open(source);
                OutputStream out = Files.newOutputStream(to)) {
            return copy(in, out, label(source), most);
        }
    }

    static String digest(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return copy(in, OutputStream.nullOutputStream(), file.toString(), Long.MAX_VALUE);
        }
    }

    private static String copy(InputStream in, OutputStream out, String label, long most) throws IOException {
        MessageDigest digest = sha256();
        byte[] block = new byte[BLOCK];
        long size = 0;
        for (int n = in.read(block); n >= 0; n = in.read(block)) {
            size += n;
            if (size > most) {
                throw new Refused(label + " is larger than " + most
                        + " bytes: raise largest.bytes of org.kochab.plugins if that is meant");
            }
            digest.update(block, 0, n);
            out.write(block, 0, n);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static InputStream open(String source) throws IOException {
        if (isMaven(source)) {
            return maven(source);
        }
        if (source.matches("[A-Za-z][A-Za-z+.-]+:.*")) {
            throw new Refused(
                    "'" + source + "' is not taken: name a file on this member, or mvn:GROUP/ARTIFACT/VERSION");
        }
        Path file;
        try {
            file = Path.of(source).toAbsolutePath();
        } catch (InvalidPathException e) {
            throw new Refused("'" + source + "' is no path: " + e.getReason());
        }
        if (!Files.isRegularFile(file)) {
            throw new Refused(file + " is not a file on this member: put it there first");
        }
        return Files.newInputStream(file);
    }

    private static InputStream maven(String source) throws IOException {
        if (!MAVEN.matcher(source).matches()) {
            throw new Refused(source + " is not complete: write mvn:GROUP/ARTIFACT/VERSION");
        }
        try {
            return new URL(source).openStream();
        } catch (MalformedURLException e) {
            throw new Refused("this member reads no mvn: addresses: copy the file to it and name that");
        } catch (IOException e) {
            throw new Refused(source + " cannot be had (" + e.getMessage()
                    + "): see etc/org.ops4j.pax.url.mvn.cfg, or copy the file to this member and name that");
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
