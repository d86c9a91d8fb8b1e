package org.kochab.plugins.internal.core;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads what a vendor shipped: a jar with one bundle, or a KAR. Touches nothing but files. Not thread-safe; blocks. */
public final class PackageReader {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");
    private static final int LARGEST_MANIFEST = 256 * 1024;
    private static final int LARGEST_FEATURES = 1 << 20;
    private static final int MOST_BUNDLES = 100;
    private static final String REPOSITORY = "repository/";

    /** What Karaf would copy into its own directory. */
    private static final Pattern RESOURCE = Pattern.compile("resource[^/]*/.*[^/]");

    private final Path work;
    private final Limits limits;

    /** @param work an empty directory, into which a KAR's bundles are unpacked */
    public PackageReader(Path work, Limits limits) {
        this.work = work;
        this.limits = limits;
    }

    /**
     * @param label what the file is called in messages
     * @throws Refused if it is not what may be installed
     */
    public Contents read(Path file, String label) throws IOException {
        try (Archive archive = Archive.open(file, label, limits)) {
            Optional<Map<String, String>> headers = archive.headers(LARGEST_MANIFEST);
            if (headers.isPresent() && headers.get().containsKey("Bundle-SymbolicName")) {
                BundleFile bundle = bundle(file, label, headers.get(), false);
                return new Contents(bundle.symbolicName(), bundle.version(), List.of(bundle));
            }
            return kar(archive, label);
        }
    }

    private static BundleFile bundle(Path file, String label, Map<String, String> headers, boolean dependency) {
        String symbolicName = first(headers, "Bundle-SymbolicName");
        if (!NAME.matcher(symbolicName).matches()) {
            throw new Refused(label + " is no bundle that can be installed: Bundle-SymbolicName is '" + symbolicName
                    + "', and 1 to 128 letters, digits, '_', '.' and '-' are taken");
        }
        if (!first(headers, "Bundle-ManifestVersion").equals("2")) {
            throw new Refused(
                    label + " is no bundle: its manifest lacks 'Bundle-ManifestVersion: 2'; build it with bnd");
        }
        if (headers.containsKey("Fragment-Host")) {
            throw new Refused(label + " is a fragment of " + first(headers, "Fragment-Host")
                    + " and would change that: ship a bundle of its own");
        }
        String version = headers.getOrDefault("Bundle-Version", "0.0.0").strip();
        return new BundleFile(file, label, symbolicName, version, headers, dependency);
    }

    /** A header without its directives. */
    private static String first(Map<String, String> headers, String name) {
        return headers.getOrDefault(name, "").split(";", 2)[0].strip();
    }

    private Contents kar(Archive archive, String label) throws IOException {
        Feature feature = null;
        for (String name : archive.names()) {
            if (RESOURCE.matcher(name).matches()) {
                throw new Refused(label + " wants to write " + name.substring(name.indexOf('/') + 1)
                        + " into the directory of the member: say in your documentation what is to be put there");
            }
            if (!name.startsWith(REPOSITORY) || !name.endsWith(".xml")) {
                continue;
            }
            Optional<Feature> found = Feature.read(archive.bytes(name, LARGEST_FEATURES), label + ": " + name);
            if (found.isPresent() && feature != null) {
                throw new Refused(label + " has several features files: ship a KAR for each plugin");
            }
            feature = found.orElse(feature);
        }
        if (feature == null) {
            throw new Refused(label + " is neither a bundle (its manifest has no Bundle-SymbolicName) nor a KAR (no"
                    + " features file under " + REPOSITORY + ")");
        }
        if (!NAME.matcher(feature.name()).matches()) {
            throw new Refused(label + ": the feature's name is '" + feature.name()
                    + "', and 1 to 128 letters, digits, '_', '.' and '-' are taken");
        }
        if (feature.bundles().isEmpty() || feature.bundles().size() > MOST_BUNDLES) {
            throw new Refused(label + ": feature " + feature.name() + " has "
                    + feature.bundles().size() + " bundles, and 1 to " + MOST_BUNDLES + " are taken");
        }
        return new Contents(feature.name(), feature.version(), bundles(archive, feature, label));
    }

    private List<BundleFile> bundles(Archive archive, Feature feature, String label) throws IOException {
        List<BundleFile> bundles = new ArrayList<>();
        Set<String> symbolicNames = new HashSet<>();
        long left = limits.contentBytes() - archive.contentBytes();
        for (Feature.Item item : feature.bundles()) {
            String entry = REPOSITORY + item.path();
            String called = label + ": " + item.url();
            if (!archive.has(entry)) {
                throw new Refused(called + " is not in it: " + entry + " is missing");
            }
            Path file = work.resolve(bundles.size() + ".jar");
            archive.copy(entry, file);
            try (Archive jar = Archive.open(file, called, new Limits(limits.fileBytes(), left, limits.entries()))) {
                left -= jar.contentBytes();
                Map<String, String> headers = jar.headers(LARGEST_MANIFEST).orElseGet(TreeMap::new);
                BundleFile bundle = bundle(file, called, headers, item.dependency());
                if (!symbolicNames.add(bundle.symbolicName())) {
                    throw new Refused(label + " has bundle " + bundle.symbolicName() + " twice");
                }
                bundles.add(bundle);
            }
        }
        return bundles;
    }
}
