package org.kochab.itests;

import com.acme.licensed.LicensedScorer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** A vendor's bundle with a {@link LicensedScorer}. */
final class LicensedPlugin {
    static final String NAME = "com.acme.licensed";

    private static final String COMPONENT =
            """
            <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.3.0" name="com.acme.licensed.scorer">
              <implementation class="com.acme.licensed.LicensedScorer"/>
              <service><provide interface="org.kochab.spi.scheduler.PlacementScorer"/></service>
            </scr:component>
            """;

    private LicensedPlugin() {}

    /** @param needsLicence whether it works only where the licence is */
    static Path jar(Path folder, String version, boolean needsLicence) throws IOException {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", NAME);
        headers.putValue("Bundle-Version", version);
        headers.putValue("Import-Package", "org.kochab.spi.scheduler;version=\"[1.2,2)\"");
        headers.putValue("Service-Component", "OSGI-INF/scorer.xml");
        Path file = folder.resolve(NAME + "-" + version + ".jar");
        String type = LicensedScorer.class.getName().replace('.', '/') + ".class";
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out, manifest);
                InputStream in = LicensedScorer.class.getClassLoader().getResourceAsStream(type)) {
            put(jar, type, in.readAllBytes());
            put(jar, "OSGI-INF/scorer.xml", COMPONENT.getBytes(StandardCharsets.UTF_8));
            if (needsLicence) {
                put(jar, LicensedScorer.LICENCE, new byte[0]);
            }
        }
        return file;
    }

    private static void put(JarOutputStream jar, String name, byte[] content) throws IOException {
        jar.putNextEntry(new JarEntry(name));
        jar.write(content);
        jar.closeEntry();
    }
}
