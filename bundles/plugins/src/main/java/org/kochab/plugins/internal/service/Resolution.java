package org.kochab.plugins.internal.service;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.felix.utils.manifest.Clause;
import org.apache.felix.utils.manifest.Parser;
import org.apache.felix.utils.resource.CapabilitySet;
import org.apache.felix.utils.resource.RequirementImpl;
import org.apache.felix.utils.resource.ResourceBuilder;
import org.kochab.plugins.internal.core.BundleFile;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;
import org.osgi.framework.namespace.ExecutionEnvironmentNamespace;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.resource.Capability;
import org.osgi.resource.Namespace;
import org.osgi.resource.Requirement;
import org.osgi.resource.Resource;

/**
 * Whether bundles could be resolved here, found out without installing them, and whether they would change what others are wired to. Conflicts
 * between what packages use of each other are left to the framework. Any thread; does not block.
 */
final class Resolution {
    private static final Pattern PACKAGE = Pattern.compile("\\(osgi\\.wiring\\.package=([^)]+)\\)");
    private static final Pattern CONTRACT = Pattern.compile("org\\.kochab\\.(api|spi)\\..*");

    private final FrameworkWiring framework;
    private final Predicate<Bundle> leaving;
    private final List<String> refusals = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Map<String, String> imports = new TreeMap<>();

    /** @param leaving bundles that are not to be counted on */
    Resolution(FrameworkWiring framework, Predicate<Bundle> leaving) {
        this.framework = framework;
        this.leaving = leaving;
    }

    /** Looks at bundles that are to be installed together. */
    void check(List<BundleFile> bundles) {
        Map<BundleFile, Resource> resources = new LinkedHashMap<>();
        for (BundleFile b : bundles) {
            try {
                resources.put(b, ResourceBuilder.build(b.label(), b.headers()));
            } catch (BundleException | IllegalArgumentException e) {
                refusals.add(b.label() + " has a manifest that is not valid: " + e.getMessage());
            }
        }
        List<Capability> inside = resources.values().stream()
                .flatMap(r -> r.getCapabilities(null).stream())
                .toList();
        resources.forEach((bundle, resource) -> {
            Map<String, String> ranges = ranges(bundle);
            exports(bundle, resource);
            contracts(bundle, ranges);
            for (Requirement r : resource.getRequirements(null)) {
                if (counts(r)
                        && inside.stream().noneMatch(c -> matches(c, r))
                        && providers(r).isEmpty()) {
                    refusals.add(bundle.label() + " " + missing(r, ranges));
                }
            }
            ranges.forEach((name, range) -> {
                if (inside.stream().noneMatch(c -> matches(c, packageRequirement(name)))) {
                    imports.put(name, range);
                }
            });
        });
    }

    /** A sentence for each reason why they cannot be installed. */
    List<String> refusals() {
        return refusals.stream().distinct().toList();
    }

    /** What is no reason against it. */
    List<String> notes() {
        return notes.stream().distinct().toList();
    }

    /** What they need of others: packages, each with its range of versions. */
    List<String> imports() {
        return imports.entrySet().stream()
                .map(e -> (e.getKey() + " " + e.getValue()).strip())
                .toList();
    }

    private static boolean counts(Requirement r) {
        String resolution = r.getDirectives().getOrDefault(Namespace.REQUIREMENT_RESOLUTION_DIRECTIVE, "mandatory");
        String effective = r.getDirectives().getOrDefault(Namespace.REQUIREMENT_EFFECTIVE_DIRECTIVE, "resolve");
        return resolution.equals("mandatory") && effective.equals("resolve");
    }

    private static Map<String, String> ranges(BundleFile bundle) {
        Map<String, String> ranges = new TreeMap<>();
        String header = bundle.headers().get(Constants.IMPORT_PACKAGE);
        if (header != null) {
            for (Clause c : Parser.parseHeader(header)) {
                String range = c.getAttribute(Constants.VERSION_ATTRIBUTE);
                ranges.put(c.getName(), range == null ? "" : range.strip());
            }
        }
        return ranges;
    }

    private List<BundleCapability> providers(Requirement requirement) {
        Collection<BundleCapability> found = framework.findProviders(requirement);
        return found.stream()
                .filter(c -> !leaving.test(c.getRevision().getBundle()))
                .toList();
    }

    private List<BundleCapability> providers(String packageName) {
        return providers(packageRequirement(packageName));
    }

    private static Requirement packageRequirement(String packageName) {
        return new RequirementImpl(
                null, PackageNamespace.PACKAGE_NAMESPACE, "(osgi.wiring.package=" + packageName + ")");
    }

    private static boolean matches(Capability capability, Requirement requirement) {
        return capability.getNamespace().equals(requirement.getNamespace())
                && CapabilitySet.matches(capability, requirement);
    }

    /** After a restart others could be wired to a second exporter of a package: a plugin must not be able to change them. */
    private void exports(BundleFile bundle, Resource resource) {
        for (Capability c : resource.getCapabilities(PackageNamespace.PACKAGE_NAMESPACE)) {
            String name = String.valueOf(c.getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE));
            List<BundleCapability> others = providers(name);
            if (!others.isEmpty()) {
                refusals.add(bundle.label() + " exports package " + name + ", which " + owner(others.get(0))
                        + " exports here: import it, or keep a copy private");
            }
        }
    }

    private void contracts(BundleFile bundle, Map<String, String> ranges) {
        ranges.forEach((name, text) -> {
            Optional<Version> running = newest(name);
            if (!CONTRACT.matcher(name).matches() || running.isEmpty()) {
                return;
            }
            VersionRange range = VersionRange.valueOf(text.isEmpty() ? "0" : text);
            if (range.getRight() == null) {
                refusals.add(bundle.label() + " imports contract " + name
                        + " without saying up to which version it understands it: build it with bnd against kochab-api,"
                        + " which writes a range such as [1.1,2)");
            } else if (range.includes(running.get()) && older(range.getLeft(), running.get())) {
                notes.add(bundle.symbolicName() + " was built for contract " + name + " " + minor(range.getLeft())
                        + ", this member has " + minor(running.get()) + "; they fit");
            }
        });
    }

    private static boolean older(Version a, Version b) {
        return a.getMajor() < b.getMajor() || a.getMajor() == b.getMajor() && a.getMinor() < b.getMinor();
    }

    private static String minor(Version v) {
        return v.getMajor() + "." + v.getMinor();
    }

    private Optional<Version> newest(String packageName) {
        return providers(packageName).stream().map(Resolution::version).max(Version::compareTo);
    }

    private String missing(Requirement r, Map<String, String> ranges) {
        String filter = String.valueOf(r.getDirectives().get(Namespace.REQUIREMENT_FILTER_DIRECTIVE));
        Matcher m = PACKAGE.matcher(filter);
        if (r.getNamespace().equals(PackageNamespace.PACKAGE_NAMESPACE) && m.find()) {
            return missingPackage(m.group(1), ranges.getOrDefault(m.group(1), ""));
        }
        if (r.getNamespace().equals(ExecutionEnvironmentNamespace.EXECUTION_ENVIRONMENT_NAMESPACE)) {
            return "needs another Java (" + filter + "), and this member runs Java "
                    + Runtime.version().feature() + ": get a build for that, or run the member on the other";
        }
        return "needs " + r.getNamespace() + " " + filter
                + ", which nothing on this member offers: put the bundle that does into the KAR, or install it first";
    }

    private String missingPackage(String name, String range) {
        String asked = (name + " " + range).strip();
        List<BundleCapability> others = providers(name);
        String versions = others.stream()
                .map(c -> version(c).toString())
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
        if (others.isEmpty()) {
            return "imports package " + asked
                    + ", which nothing on this member exports: put the bundle that does into the KAR, or install it first";
        }
        if (CONTRACT.matcher(name).matches()) {
            return "was built for contract " + asked + ", and this member has " + versions
                    + ": get the plugin's version for this Kochab";
        }
        return "imports package " + asked + ", and this member has " + versions + " (" + owner(others.get(0))
                + "): get a version of the plugin for that, or one that keeps a copy of its own private";
    }

    private static String owner(BundleCapability capability) {
        String name = capability.getRevision().getSymbolicName();
        return name == null ? "a bundle without a name" : name;
    }

    private static Version version(BundleCapability capability) {
        Object version = capability.getAttributes().get(Constants.VERSION_ATTRIBUTE);
        return version instanceof Version v ? v : Version.emptyVersion;
    }
}
