package org.kochab.runtime.bundle.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.RuntimeImage;

/** The jars that pods may run: files in one directory, looked at before the framework gets them. Any thread; blocks. */
final class BundleFiles {
    private static final Pattern IMAGE =
            Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]{0,126}\\.jar)(?:@sha256:([0-9a-fA-F]{64}))?");
    private static final Pattern SYMBOLIC_NAME = Pattern.compile("[A-Za-z0-9_.-]{1,255}");
    private static final int BLOCK = 16 * 1024;
    private static final int LARGEST_MANIFEST = 64 * 1024;
    private static final int MOST_ENTRIES = 20_000;

    private final Path directory;
    private final long largest;

    BundleFiles(Path directory, long largest) {
        this.directory = directory;
        this.largest = largest;
    }

    /** @throws RuntimeFailure if there is no such jar, or none that can be run here */
    void check(@Nullable String image) {
        read(image, OutputStream.nullOutputStream(), null);
    }

    /** Copies the jar, so that what was looked at is what is installed. */
    void copy(@Nullable String image, Path to) throws IOException {
        try (OutputStream out = Files.newOutputStream(to)) {
            read(image, out, to);
        }
    }

    private void read(@Nullable String image, OutputStream out, @Nullable Path copy) {
        Matcher m = IMAGE.matcher(image == null ? "" : image);
        if (!m.matches()) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.INVALID,
                    "image '" + shown(image)
                            + "' is not valid; runtimeClassName 'bundle' takes the name of a jar in the node's"
                            + " directory of bundles, NAME.jar, with @sha256:DIGEST behind it if it must be that one");
        }
        Path file = directory.resolve(m.group(1));
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw failure(
                    RuntimeFailure.Code.IMAGE,
                    m.group(1),
                    "is not a file in " + directory + " of this node: put the jar there");
        }
        try {
            String found = digest(file, out);
            String wanted = m.group(2);
            if (wanted != null && !found.equals(wanted.toLowerCase(Locale.ROOT))) {
                throw failure(
                        RuntimeFailure.Code.IMAGE, shown(image), "is another one on this node: it has sha256:" + found);
            }
            checkJar(m.group(1), copy == null ? file : copy);
        } catch (IOException e) {
            throw new RuntimeFailure(RuntimeFailure.Code.IMAGE, "image " + file + " cannot be read: " + e, e);
        }
    }

    private static String shown(@Nullable String image) {
        return image == null ? "" : image.substring(0, Math.min(200, image.length()));
    }

    private static RuntimeFailure failure(RuntimeFailure.Code code, String image, String why) {
        return new RuntimeFailure(code, "image " + image + " " + why);
    }

    private String digest(Path file, OutputStream out) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] block = new byte[BLOCK];
            long all = 0;
            for (int n = in.read(block); n >= 0; n = in.read(block)) {
                all += n;
                if (all > largest) {
                    throw failure(
                            RuntimeFailure.Code.INVALID,
                            file.getFileName().toString(),
                            "is larger than " + largest
                                    + " bytes, the most this node takes: make it smaller, or set largest.bytes");
                }
                digest.update(block, 0, n);
                out.write(block, 0, n);
            }
            out.flush();
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void checkJar(String image, Path file) throws IOException {
        Attributes main;
        // Whether it is signed, and by whom, is not looked at.
        try (JarFile jar = new JarFile(file.toFile(), false)) {
            if (jar.size() > MOST_ENTRIES) {
                throw invalid(image, "has " + jar.size() + " entries, and at most " + MOST_ENTRIES + " are taken");
            }
            main = manifest(image, jar);
        } catch (ZipException e) {
            throw invalid(image, "is not a jar: " + e.getMessage());
        }
        String version = header(main, "Bundle-ManifestVersion");
        String name = header(main, "Bundle-SymbolicName").split(";", 2)[0].strip();
        if (!version.equals("2") || !SYMBOLIC_NAME.matcher(name).matches()) {
            throw invalid(
                    image,
                    "is no bundle: its manifest needs Bundle-ManifestVersion: 2 and a Bundle-SymbolicName, as bnd"
                            + " writes them");
        }
        if (main.getValue("Fragment-Host") != null) {
            throw invalid(image, "is a fragment, which would become a part of another bundle and cannot run by itself");
        }
        if (main.getValue("Bundle-Activator") == null && main.getValue("Service-Component") == null) {
            throw failure(
                    RuntimeFailure.Code.COMMAND,
                    image,
                    "has nothing to run, neither Bundle-Activator nor Service-Component: it is a library");
        }
    }

    private static String header(Attributes main, String name) {
        String value = main.getValue(name);
        return value == null ? "" : value.strip();
    }

    private static Attributes manifest(String image, JarFile jar) throws IOException {
        ZipEntry entry = jar.getEntry(JarFile.MANIFEST_NAME);
        if (entry == null) {
            throw invalid(image, "is no bundle: it has no " + JarFile.MANIFEST_NAME);
        }
        try (InputStream in = jar.getInputStream(entry)) {
            byte[] bytes = in.readNBytes(LARGEST_MANIFEST + 1);
            if (bytes.length > LARGEST_MANIFEST) {
                throw invalid(image, "has a manifest of more than " + LARGEST_MANIFEST + " bytes");
            }
            return new Manifest(new ByteArrayInputStream(bytes)).getMainAttributes();
        } catch (IOException e) {
            throw invalid(image, "has a manifest that cannot be read: " + e.getMessage());
        }
    }

    private static RuntimeFailure invalid(String image, String why) {
        return failure(RuntimeFailure.Code.INVALID, image, why);
    }

    List<RuntimeImage> list() {
        List<RuntimeImage> all = new ArrayList<>();
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(directory, "*.jar")) {
            for (Path jar : jars) {
                String name = jar.getFileName().toString();
                if (IMAGE.matcher(name).matches() && Files.isRegularFile(jar, LinkOption.NOFOLLOW_LINKS)) {
                    all.add(new RuntimeImage(List.of(name), Files.size(jar)));
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "cannot list " + directory + ": " + e, e);
        }
        return all;
    }
}
