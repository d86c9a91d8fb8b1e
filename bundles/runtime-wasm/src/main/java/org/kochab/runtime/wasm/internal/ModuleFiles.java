package org.kochab.runtime.wasm.internal;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.RuntimeImage;

/** Modules' bytes: files of the node, and what was fetched, kept by digest in a directory of bounded size. Any thread. */
final class ModuleFiles {
    private static final int CONNECT_MILLIS = 10_000;
    private static final int READ_MILLIS = 30_000;
    private static final Duration FETCH = Duration.ofMinutes(8);
    private static final String MODULE = ".wasm";
    private static final String NAME = ".name";

    private final Path directory;
    private final long most;
    private final long largest;

    /**
     * @param most bytes of all modules that are kept
     * @param largest bytes of one module
     */
    ModuleFiles(Path directory, long most, long largest) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.most = most;
        this.largest = Math.min(largest, most);
        try (DirectoryStream<Path> halves = Files.newDirectoryStream(directory, "*.new")) {
            for (Path half : halves) {
                Files.deleteIfExists(half);
            }
        }
    }

    /**
     * @param fetch whether it may be fetched if it is not here
     * @throws RuntimeFailure if it cannot be had, or is not what its digest says
     */
    byte[] read(String image, boolean fetch) {
        ImageName name = ImageName.parse(image);
        try {
            if (name.file() != null) {
                return local(name.file(), name.sha256());
            }
            URI address = java.util.Objects.requireNonNull(name.address());
            String sha256 = java.util.Objects.requireNonNull(name.sha256());
            return remote(image, address, sha256, fetch);
        } catch (IOException e) {
            throw new RuntimeFailure(RuntimeFailure.Code.IMAGE, "image " + image + " cannot be read: " + e, e);
        }
    }

    private byte[] local(Path file, @org.jspecify.annotations.Nullable String sha256) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.IMAGE, "image " + file + " is not a file of this node: put the module there");
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = bounded(in, file.toString(), Instant.MAX);
        }
        if (sha256 != null && !digest(bytes).equals(sha256)) {
            throw differs(file.toString(), sha256, bytes);
        }
        return bytes;
    }

    private synchronized byte[] remote(String image, URI address, String sha256, boolean fetch) throws IOException {
        Path kept = directory.resolve(sha256 + MODULE);
        try (InputStream in = Files.newInputStream(kept)) {
            byte[] bytes = bounded(in, image, Instant.MAX);
            if (digest(bytes).equals(sha256)) {
                Files.setLastModifiedTime(kept, FileTime.from(Instant.now()));
                return bytes;
            }
            // What is broken on the disk is fetched again.
        } catch (NoSuchFileException e) {
            if (!fetch) {
                throw new RuntimeFailure(
                        RuntimeFailure.Code.IMAGE,
                        "image " + image + " is not on this node, and imagePullPolicy is Never");
            }
        }
        byte[] bytes = fetch(address);
        if (!digest(bytes).equals(sha256)) {
            throw differs(address.toString(), sha256, bytes);
        }
        makeRoom(bytes.length);
        Files.writeString(directory.resolve(sha256 + NAME), image);
        Path fresh = directory.resolve(sha256 + ".new");
        try (OutputStream out = Files.newOutputStream(fresh)) {
            out.write(bytes);
        }
        Files.move(fresh, kept, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return bytes;
    }

    private byte[] fetch(URI address) {
        try {
            URLConnection connection = address.toURL().openConnection();
            connection.setConnectTimeout(CONNECT_MILLIS);
            connection.setReadTimeout(READ_MILLIS);
            connection.setRequestProperty("Accept", "application/wasm, application/octet-stream");
            connection.setUseCaches(false);
            if (((HttpURLConnection) connection).getResponseCode() != HttpURLConnection.HTTP_OK) {
                throw new FileNotFoundException(
                        "the server answers " + ((HttpURLConnection) connection).getResponseCode());
            }
            try (InputStream in = connection.getInputStream()) {
                return bounded(in, address.toString(), Instant.now().plus(FETCH));
            }
        } catch (IOException e) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.IMAGE, "image " + address + " cannot be fetched: " + e.getMessage(), e);
        }
    }

    private byte[] bounded(InputStream in, String what, Instant end) throws IOException {
        var all = new java.io.ByteArrayOutputStream();
        byte[] block = new byte[16 * 1024];
        for (int n = in.read(block); n >= 0; n = in.read(block)) {
            all.write(block, 0, n);
            if (all.size() > largest) {
                throw new RuntimeFailure(
                        RuntimeFailure.Code.INVALID,
                        "image " + what + " is larger than " + largest
                                + " bytes, the most this agent has memory to load: give it a larger heap, or memory.bytes");
            }
            if (Instant.now().isAfter(end)) {
                throw new IOException("it takes longer than " + FETCH.toMinutes() + " minutes");
            }
        }
        return all.toByteArray();
    }

    private static RuntimeFailure differs(String what, String sha256, byte[] bytes) {
        return new RuntimeFailure(
                RuntimeFailure.Code.IMAGE,
                "image " + what + " is not the one of the digest sha256=" + sha256 + ": it has " + digest(bytes));
    }

    static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Deletes what was used longest ago. What runs is in memory and needs no file. */
    private void makeRoom(long bytes) throws IOException {
        List<Path> oldest = new ArrayList<>(modules());
        oldest.sort(Comparator.comparing(p -> p.toFile().lastModified()));
        long used = bytes;
        for (Path module : oldest) {
            used += Files.size(module);
        }
        for (Path module : oldest) {
            if (used <= most) {
                return;
            }
            used -= Files.size(module);
            Files.deleteIfExists(module);
            Files.deleteIfExists(nameOf(module));
        }
    }

    private List<Path> modules() throws IOException {
        List<Path> all = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + MODULE)) {
            files.forEach(all::add);
        }
        return all;
    }

    private static Path nameOf(Path module) {
        String file = module.getFileName().toString();
        return module.resolveSibling(file.substring(0, file.length() - MODULE.length()) + NAME);
    }

    synchronized List<RuntimeImage> list() {
        List<RuntimeImage> all = new ArrayList<>();
        try {
            for (Path module : modules()) {
                Path name = nameOf(module);
                if (Files.exists(name)) {
                    all.add(new RuntimeImage(
                            List.of(Files.readString(name, StandardCharsets.UTF_8)), Files.size(module)));
                }
            }
        } catch (IOException e) {
            throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "cannot list " + directory + ": " + e, e);
        }
        return all;
    }
}
