package org.kochab.chaos.plugins;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * What vendors ship, made as they would: compiled against the contracts, packed as a bundle.
 *
 * @param name of the plugin
 * @param file the jar or KAR
 */
record Shipped(String name, Path file, Offer offer) {
    private static final String PLACING = "org.kochab.spi.scheduler";
    private static final String CONTROLLING = "org.kochab.spi.controller";
    private static final String IMPORTS = Stream.of("api.model", "api.resource", "spi.scheduler", "spi.controller")
            .map(p -> "org.kochab." + p + ";version=\"[1.0,9)\"")
            .reduce((a, b) -> a + "," + b)
            .orElseThrow();

    /** What a plugin is, by turns. */
    enum Offer {
        SCORER(
                PLACING + ".NodeScorer",
                PLACING + ".PlacementScorer",
                "",
                """
                @Override public double score(PodGroup group, Node node) { return PARTS.length; }
                """),
        FILTER(
                PLACING + ".NodeFilter",
                PLACING + ".PlacementFilter",
                "",
                """
                @Override public boolean accepts(PodGroup group, Node node) { return PARTS.length > 0; }
                @Override public String refusal(PodGroup group, boolean many) { return "are refused"; }
                """),
        SCHEDULER(
                PLACING + ".Scheduler",
                PLACING + ".Scheduler",
                "kochab.scheduler.name",
                """
                @Override public List<Decision> place(ClusterView view, List<PodGroup> batch, long seed) {
                    BitSet open = (BitSet) view.ready().clone();
                    open.and(view.live());
                    open.andNot(view.unschedulable());
                    int[] slots = open.stream().toArray();
                    List<Decision> all = new ArrayList<>();
                    for (PodGroup group : batch) {
                        for (String uid : group.podUids()) {
                            all.add(slots.length == 0
                                    ? new Decision.Rejected(uid, List.of())
                                    : new Decision.Assigned(
                                            uid, view.nodeName(slots[Math.floorMod(seed + all.size(), slots.length)]), 50));
                        }
                    }
                    return all;
                }
                """),
        CONTROLLER(
                CONTROLLING + ".Controller",
                CONTROLLING + ".Controller",
                "",
                """
                @Override public Kind kind() { return Kind.POD; }
                @Override public List<Kind> owns() { return List.of(); }
                @Override public Outcome reconcile(ControllerContext context, ResourceRef object) { return Outcome.DONE; }
                """),
        /** Two bundles, of which one uses the other: a filter, and what it is made of. */
        KAR(
                FILTER.implemented,
                FILTER.service,
                "",
                """
                @Override public boolean accepts(PodGroup group, Node node) { return new Prices().any(); }
                @Override public String refusal(PodGroup group, boolean many) { return "are too dear"; }
                """);

        private final String implemented;
        private final String service;
        private final String property;
        private final String methods;

        Offer(String implemented, String service, String property, String methods) {
            this.implemented = implemented;
            this.service = service;
            this.property = property;
            this.methods = methods;
        }
    }

    /**
     * Makes so many.
     *
     * @param directory an empty one
     * @throws IOException if there is no compiler
     */
    static List<Shipped> make(Path directory, int plugins) throws IOException {
        List<Path> sources = new ArrayList<>();
        for (int i = 1; i <= plugins; i++) {
            Path source = directory.resolve("src/com/acme/p" + i);
            Files.createDirectories(source.resolve("prices"));
            sources.add(Files.writeString(source.resolve("Thing.java"), source(i)));
            if (offer(i) == Offer.KAR) {
                sources.add(Files.writeString(source.resolve("prices/Prices.java"), prices(i)));
            }
        }
        Path classes = Files.createDirectories(directory.resolve("classes"));
        compile(sources, classes);
        List<Shipped> shipped = new ArrayList<>();
        for (int i = 1; i <= plugins; i++) {
            shipped.add(offer(i) == Offer.KAR ? kar(i, directory, classes) : jar(i, directory, classes));
        }
        return shipped;
    }

    private static Offer offer(int number) {
        return Offer.values()[(number - 1) % Offer.values().length];
    }

    /** With ten classes more, so that it is seen if they stay. */
    private static String source(int number) {
        Offer offer = offer(number);
        return """
                package com.acme.p%1$d;
                import java.util.*;
                import org.kochab.api.model.*;
                import org.kochab.api.resource.*;
                import org.kochab.spi.controller.*;
                import org.kochab.spi.scheduler.*;
                %2$s
                public final class Thing implements %3$s {
                    private static final Object[] PARTS = {%4$s};
                    @Override public String name() { return "acme-p%1$d"; }
                    %5$s
                }
                """
                .formatted(
                        number,
                        offer == Offer.KAR ? "import com.acme.p" + number + ".prices.Prices;" : "",
                        offer.implemented,
                        String.join(", ", Collections.nCopies(10, "new Object() {}")),
                        offer.methods);
    }

    private static String prices(int number) {
        return "package com.acme.p%d.prices; public final class Prices { public boolean any() { return true; } }"
                .formatted(number);
    }

    private static void compile(List<Path> sources, Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new IOException("there is no Java compiler: run this with a JDK");
        }
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager files =
                compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
            List<String> options =
                    List.of("-proc:none", "-d", classes.toString(), "-cp", System.getProperty("java.class.path"));
            if (!compiler.getTask(said, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
                    .call()) {
                throw new IOException("the plugins do not compile: " + said);
            }
        }
    }

    private static Shipped jar(int number, Path directory, Path classes) throws IOException {
        String name = "com.acme.p" + number;
        Path file = directory.resolve(name + ".jar");
        try (OutputStream out = Files.newOutputStream(file)) {
            zip(out, bundle(number, classes, IMPORTS));
        }
        return new Shipped(name, file, offer(number));
    }

    private static Shipped kar(int number, Path directory, Path classes) throws IOException {
        String name = "acme-p" + number;
        String main = "com.acme.p" + number;
        String prices = main + ".prices";
        SortedMap<String, byte[]> library = classes(classes, prices);
        library.put(JarFile.MANIFEST_NAME, manifest(prices, "Export-Package: " + prices + ";version=\"1.0\"\n"));
        SortedMap<String, byte[]> entries = new TreeMap<>();
        String repository = "repository/com/acme/";
        entries.put(
                repository + name + "/1.0/" + name + "-1.0-features.xml",
                bytes(
                        """
                <features name="acme" xmlns="http://karaf.apache.org/xmlns/features/v1.6.0">
                  <feature name="%1$s" version="1.0">
                    <bundle>mvn:com.acme/%2$s/1.0</bundle><bundle>mvn:com.acme/%3$s/1.0</bundle>
                  </feature>
                </features>
                """
                                .formatted(name, prices, main)));
        entries.put(repository + prices + "/1.0/" + prices + "-1.0.jar", zipped(library));
        entries.put(
                repository + main + "/1.0/" + main + "-1.0.jar",
                zipped(bundle(number, classes, IMPORTS + "," + prices)));
        Path file = directory.resolve(name + ".kar");
        try (OutputStream out = Files.newOutputStream(file)) {
            zip(out, entries);
        }
        return new Shipped(name, file, Offer.KAR);
    }

    private static SortedMap<String, byte[]> bundle(int number, Path classes, String imports) throws IOException {
        Offer offer = offer(number);
        String name = "com.acme.p" + number;
        SortedMap<String, byte[]> entries = classes(classes, name);
        entries.put(
                "OSGI-INF/thing.xml",
                bytes("<scr:component xmlns:scr='http://www.osgi.org/xmlns/scr/v1.3.0' name='" + name
                        + ".thing'><implementation class='" + name + ".Thing'/>"
                        + (offer.property.isEmpty()
                                ? ""
                                : "<property name='" + offer.property + "' value='acme-p" + number + "'/>")
                        + "<service><provide interface='" + offer.service + "'/></service></scr:component>"));
        entries.put(
                JarFile.MANIFEST_NAME,
                manifest(name, "Service-Component: OSGI-INF/thing.xml\nImport-Package: " + imports + "\n"));
        return entries;
    }

    /** The plugin that writes down in a file what happens to bundles. */
    static Shipped witness(Path directory, Path events) throws IOException {
        String name = "org.kochab.chaos-witness";
        SortedMap<String, byte[]> entries = new TreeMap<>();
        String type = Witness.class.getName().replace('.', '/') + ".class";
        try (InputStream in = Shipped.class.getClassLoader().getResourceAsStream(type)) {
            if (in == null) {
                throw new IOException(type + " is missing");
            }
            entries.put(type, in.readAllBytes());
        }
        entries.put(
                JarFile.MANIFEST_NAME,
                manifest(
                        name,
                        "Bundle-Activator: " + Witness.class.getName() + "\n" + Witness.FILE + ": " + events
                                + "\nImport-Package: org.osgi.framework," + IMPORTS + "\n"));
        Path file = directory.resolve("witness.jar");
        try (OutputStream out = Files.newOutputStream(file)) {
            zip(out, entries);
        }
        return new Shipped(name, file, Offer.SCORER);
    }

    private static SortedMap<String, byte[]> classes(Path classes, String inPackage) throws IOException {
        SortedMap<String, byte[]> entries = new TreeMap<>();
        try (Stream<Path> each = Files.list(classes.resolve(inPackage.replace('.', '/')))) {
            for (Path file : each.filter(Files::isRegularFile).toList()) {
                entries.put(classes.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return entries;
    }

    private static byte[] manifest(String name, String more) {
        String headers =
                """
                Manifest-Version: 1.0
                Bundle-ManifestVersion: 2
                Bundle-SymbolicName: %s
                Bundle-Version: 1.0.0
                """
                                .formatted(name)
                        + more;
        StringBuilder folded = new StringBuilder();
        headers.lines().forEach(line -> {
            for (int i = 0; i < line.length(); i += 70) {
                folded.append(i == 0 ? "" : " ")
                        .append(line, i, Math.min(line.length(), i + 70))
                        .append('\n');
            }
        });
        return bytes(folded.append('\n').toString());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] zipped(SortedMap<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        zip(out, entries);
        return out.toByteArray();
    }

    /** A manifest comes before all that is not in capitals. */
    private static void zip(OutputStream to, SortedMap<String, byte[]> entries) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(to)) {
            for (var entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        }
    }
}
