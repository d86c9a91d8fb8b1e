package org.kochab.runtime.bundle.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.kochab.runtime.bundle.chores.ChoreActivator;

/** Bundles for tests. */
final class Jars {
    private Jars() {}

    /** The headers of a bundle of this name that does chores. */
    static Map<String, String> chores(String symbolicName) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Bundle-ManifestVersion", "2");
        headers.put("Bundle-SymbolicName", symbolicName);
        headers.put("Bundle-Activator", ChoreActivator.class.getName());
        headers.put("Import-Package", "org.osgi.framework");
        return headers;
    }

    static Map<String, String> with(Map<String, String> headers, String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return more;
    }

    static Map<String, String> without(Map<String, String> headers, String name) {
        Map<String, String> fewer = new LinkedHashMap<>(headers);
        fewer.remove(name);
        return fewer;
    }

    /** A jar with these headers and the chores' class. */
    static Path write(Path file, Map<String, String> headers) {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.forEach(manifest.getMainAttributes()::putValue);
        String entry = ChoreActivator.class.getName().replace('.', '/') + ".class";
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            try (InputStream in = Jars.class.getClassLoader().getResourceAsStream(entry);
                    OutputStream out = Files.newOutputStream(file);
                    JarOutputStream jar = new JarOutputStream(out, manifest)) {
                jar.putNextEntry(new JarEntry(entry));
                in.transferTo(jar);
                jar.closeEntry();
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
