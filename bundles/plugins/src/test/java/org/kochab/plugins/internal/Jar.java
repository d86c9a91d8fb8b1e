package org.kochab.plugins.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** What vendors ship, as tests make it. */
public final class Jar {
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final Map<String, byte[]> entries = new LinkedHashMap<>();

    public static Jar empty() {
        return new Jar();
    }

    public static Jar bundle(String symbolicName, String version) {
        return new Jar()
                .header("Bundle-ManifestVersion", "2")
                .header("Bundle-SymbolicName", symbolicName)
                .header("Bundle-Version", version);
    }

    /** A bundle with one component, which is offered as a scorer. */
    public static Jar scorer(String symbolicName, String version, Class<?> implementation, String more) {
        String xml = "<scr:component xmlns:scr='http://www.osgi.org/xmlns/scr/v1.3.0' name='" + symbolicName
                + ".scorer'><implementation class='" + implementation.getName()
                + "'/><service><provide interface='org.kochab.spi.scheduler.PlacementScorer'/></service>" + more
                + "</scr:component>";
        return bundle(symbolicName, version)
                .header("Import-Package", "org.kochab.spi.scheduler;version=\"[1.0,2)\"")
                .header("Service-Component", "OSGI-INF/scorer.xml")
                .entry("OSGI-INF/scorer.xml", xml)
                .with(com.acme.shop.CheapScorer.class)
                .with(implementation);
    }

    /** A KAR with one feature. */
    public static Jar kar(String name, String version, String content) {
        return new Jar()
                .entry(
                        "repository/com/acme/features/1/features-1-features.xml",
                        "<features name='acme' xmlns='http://karaf.apache.org/xmlns/features/v1.6.0'><feature name='"
                                + name + "' version='" + version + "'>" + content + "</feature></features>");
    }

    public Jar header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    public Jar entry(String name, byte[] content) {
        entries.put(name, content);
        return this;
    }

    public Jar entry(String name, String content) {
        return entry(name, content.getBytes(StandardCharsets.UTF_8));
    }

    public Jar with(Class<?> type) {
        String name = type.getName().replace('.', '/') + ".class";
        try (InputStream in = Jar.class.getClassLoader().getResourceAsStream(name)) {
            return entry(name, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same bytes each time: an entry's time would differ from one second to the other. */
    public byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            if (!headers.isEmpty()) {
                StringBuilder manifest = new StringBuilder("Manifest-Version: 1.0\n");
                headers.forEach((k, v) -> manifest.append(folded(k + ": " + v)));
                put(zip, JarFile.MANIFEST_NAME, manifest.append('\n').toString().getBytes(StandardCharsets.UTF_8));
            }
            for (Map.Entry<String, byte[]> e : entries.entrySet()) {
                put(zip, e.getKey(), e.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** Lines of a manifest have at most 72 bytes. */
    private static String folded(String line) {
        StringBuilder folded = new StringBuilder();
        for (int i = 0; i < line.length(); i += 70) {
            folded.append(i == 0 ? "" : " ")
                    .append(line, i, Math.min(line.length(), i + 70))
                    .append('\n');
        }
        return folded.toString();
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    public Path write(Path file) {
        try {
            return Files.write(file, bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
