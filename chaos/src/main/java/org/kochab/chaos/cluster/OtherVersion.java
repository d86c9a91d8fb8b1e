package org.kochab.chaos.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** The jar of a bundle again, under another version. */
final class OtherVersion {
    private static final String VERSION = "Bundle-Version";

    private OtherVersion() {}

    static Path of(Path bundle, Path target) throws IOException {
        try (JarFile jar = new JarFile(bundle.toFile())) {
            Manifest manifest = new Manifest(jar.getManifest());
            String[] version = manifest.getMainAttributes().getValue(VERSION).split("\\.");
            manifest.getMainAttributes().putValue(VERSION, version[0] + "." + version[1] + "." + version[2] + ".other");
            try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(target), manifest)) {
                for (JarEntry entry : Collections.list(jar.entries())) {
                    if (!entry.getName().equals(JarFile.MANIFEST_NAME)) {
                        out.putNextEntry(new JarEntry(entry.getName()));
                        jar.getInputStream(entry).transferTo(out);
                        out.closeEntry();
                    }
                }
            }
        }
        return target;
    }
}
