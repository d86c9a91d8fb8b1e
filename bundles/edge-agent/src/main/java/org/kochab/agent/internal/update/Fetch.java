package org.kochab.agent.internal.update;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;

/** Brings an archive onto the disk, bounded in size, time and redirections, and believes it by its digest only. Blocks. */
final class Fetch {
    private static final long MOST_BYTES = 256L << 20;
    private static final Duration MOST_TIME = Duration.ofMinutes(15);
    private static final int MOST_REDIRECTIONS = 5;
    private static final int CONNECT_MILLIS = 15_000;
    private static final int SILENCE_MILLIS = 30_000;
    private static final int BUFFER = 32 * 1024;

    private Fetch() {}

    static void fetch(String url, String sha256, Path to) throws UpdateException {
        String found;
        try {
            found = copy(URI.create(url), to);
        } catch (IOException | IllegalArgumentException e) {
            throw new UpdateException(url + " cannot be fetched: " + e.getMessage(), e);
        }
        if (!found.equals(sha256)) {
            throw new UpdateException("what " + url + " gives has the digest " + found + ", not " + sha256);
        }
    }

    /** @return the digest of what was copied */
    private static String copy(URI url, Path to) throws IOException {
        long until = System.nanoTime() + MOST_TIME.toNanos();
        MessageDigest digest = sha256();
        long all = 0;
        try (InputStream in = open(url);
                OutputStream out = Files.newOutputStream(to)) {
            byte[] buffer = new byte[BUFFER];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                all += n;
                if (all > MOST_BYTES) {
                    throw new IOException("it has more than " + (MOST_BYTES >> 20) + " MiB");
                }
                if (System.nanoTime() - until > 0) {
                    throw new IOException("it takes more than " + MOST_TIME.toMinutes() + " minutes");
                }
                digest.update(buffer, 0, n);
                out.write(buffer, 0, n);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static InputStream open(URI first) throws IOException {
        URI url = first;
        for (int i = 0; i <= MOST_REDIRECTIONS; i++) {
            String scheme = String.valueOf(url.getScheme());
            if (scheme.equals("file") && i == 0) {
                return Files.newInputStream(Path.of(url));
            }
            if (!scheme.equals("https") && !(scheme.equals("http") && isLoopback(url))) {
                throw new IOException("use https:, file:, or http: on a loopback address");
            }
            HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
            connection.setInstanceFollowRedirects(false);
            connection.setConnectTimeout(CONNECT_MILLIS);
            connection.setReadTimeout(SILENCE_MILLIS);
            int status = connection.getResponseCode();
            if (status == HttpURLConnection.HTTP_OK) {
                return connection.getInputStream();
            }
            String location = connection.getHeaderField("Location");
            connection.disconnect();
            if (status < 300 || status > 399 || location == null) {
                throw new IOException("the server answers " + status);
            }
            URI next = url.resolve(location);
            if (scheme.equals("https") && !"https".equals(next.getScheme())) {
                throw new IOException("the server leads from https: to " + next);
            }
            url = next;
        }
        throw new IOException("the server leads on more than " + MOST_REDIRECTIONS + " times");
    }

    private static boolean isLoopback(URI url) throws IOException {
        return url.getHost() != null && InetAddress.getByName(url.getHost()).isLoopbackAddress();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
