package org.kochab.plugins.internal.service;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.kochab.api.plugin.PluginPackage;
import org.kochab.api.plugin.PluginRequest;
import org.kochab.api.resource.ResourceException;
import org.kochab.plugins.internal.core.BundleFile;
import org.kochab.plugins.internal.core.Contents;
import org.kochab.plugins.internal.core.PackageReader;
import org.kochab.plugins.internal.core.Refused;
import org.kochab.plugins.internal.core.Signer;
import org.kochab.plugins.internal.service.PackageRecord.Stage;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;

/** Looks at a vendor's file in every way before the framework gets any of it. One thread at a time. */
final class Verification {
    private static final Duration FETCH = Duration.ofMinutes(5);
    private static final String STAGING = "staging-";

    private final Bundles bundles;
    private final Records records;
    private final Settings settings;

    Verification(Bundles bundles, Records records, Settings settings) {
        this.bundles = bundles;
        this.records = records;
        this.settings = settings;
    }

    /** A bundle that is to be installed. */
    record Fresh(String location, BundleFile file) {}

    /**
     * What was looked at and found good.
     *
     * @param fresh those of the record's bundles that are not there yet
     * @param leftOvers bundles that are in their way and belong to nothing that is known
     */
    record Checked(PackageRecord record, List<Fresh> fresh, List<Bundle> leftOvers) {}

    /** What is done with a file while it is there. */
    interface Then {
        PluginPackage with(Checked checked) throws IOException, InterruptedException;
    }

    /**
     * @param former the version in whose place it is to be put
     * @throws Refused if it is not what may be installed here
     */
    PluginPackage of(PluginRequest request, @Nullable PackageRecord former, Then then)
            throws IOException, InterruptedException {
        removeStaging();
        Path staging = Files.createTempDirectory(settings.directory(), STAGING);
        try {
            return then.with(check(request, former, staging));
        } finally {
            remove(staging);
        }
    }

    private Checked check(PluginRequest request, @Nullable PackageRecord former, Path staging)
            throws IOException, InterruptedException {
        String label = Sources.label(request.source());
        Path file = staging.resolve("package");
        String sha256 = fetch(request.source(), file);
        Contents contents = new PackageReader(staging, settings.limits()).read(file, label);
        Optional<Signer> signer = signer(request, file, label);
        if (former != null) {
            follows(former, contents, sha256, label);
        } else {
            isNew(contents);
        }
        Version version = version(contents.version(), label);
        List<String> refusals = new ArrayList<>();
        List<BundleFile> wanted = wanted(contents, former, refusals);
        Resolution resolution = new Resolution(bundles.wiring(), isOf(former).or(this::isLeftOver));
        resolution.check(wanted);
        refusals.addAll(resolution.refusals());
        if (!refusals.isEmpty()) {
            throw new Refused(refusals);
        }
        List<PackageRecord.Item> items = new ArrayList<>();
        List<Fresh> fresh = new ArrayList<>();
        for (BundleFile b : wanted) {
            String digest = Sources.digest(b.file());
            Optional<PackageRecord.Item> same = sameVersion(former, b);
            if (same.isPresent() && !same.get().sha256().equals(digest)) {
                throw new Refused(b.label() + " is another " + b.symbolicName() + " " + b.version()
                        + " than the one that is installed: give it another version");
            }
            String location = Bundles.location(contents.name(), contents.version(), b);
            items.add(same.orElse(new PackageRecord.Item(b.symbolicName(), b.version(), digest, location)));
            if (same.isEmpty()) {
                fresh.add(new Fresh(location, b));
            }
        }
        PackageRecord record = new PackageRecord(
                contents.name(),
                version.toString(),
                Stage.TRIAL,
                request.source(),
                sha256,
                signer.map(Signer::name).orElse(""),
                signer.map(Signer::trusted).orElse(false),
                Instant.now().toEpochMilli(),
                items,
                resolution.imports(),
                resolution.notes(),
                null);
        return new Checked(record, fresh, leftOvers(contents.name(), wanted));
    }

    private String fetch(String source, Path to) throws IOException, InterruptedException {
        try {
            return Limited.call(
                    "fetch",
                    FETCH,
                    () -> Sources.copy(source, to, settings.limits().fileBytes()));
        } catch (TimeoutException e) {
            throw new Refused(
                    source + " was not there after " + FETCH.toMinutes() + " minutes: copy it to this member first");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Refused refused) {
                throw refused;
            } else if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private Optional<Signer> signer(PluginRequest request, Path file, String label) throws IOException {
        Optional<Signer> signer = settings.signatures().signer(file, label, Instant.now());
        if (request.requireSignature() || settings.requireSignature()) {
            if (signer.isEmpty()) {
                throw new Refused(
                        label + " is not signed, and that is required here: have its vendor sign it with jarsigner");
            } else if (!signer.get().trusted()) {
                throw new Refused(label + " is signed by " + signer.get().name() + ", and "
                        + signer.get().distrust());
            }
        }
        return signer;
    }

    private void isNew(Contents contents) {
        records.get(contents.name()).filter(r -> !bundles.isMissing(r)).ifPresent(r -> {
            throw new ResourceException(
                    ResourceException.Reason.ALREADY_EXISTS,
                    "plugin " + r.name() + " is installed in version " + r.version()
                            + ": kochab:plugin-update puts another version in its place");
        });
    }

    private static void follows(PackageRecord former, Contents contents, String sha256, String label) {
        if (!contents.name().equals(former.name())) {
            throw new Refused(label + " is plugin " + contents.name() + " and not " + former.name());
        } else if (sha256.equals(former.sha256())) {
            throw new Refused(label + " is what is installed already");
        }
    }

    private static Version version(String text, String label) {
        try {
            return Version.parseVersion(text);
        } catch (IllegalArgumentException e) {
            throw new Refused(label + " has version '" + text + "', which is none of OSGi: write it as 1.2.3");
        }
    }

    private static Predicate<Bundle> isOf(@Nullable PackageRecord former) {
        return bundle -> former != null
                && former.bundles().stream().anyMatch(i -> i.location().equals(bundle.getLocation()));
    }

    /** The bundles without those that the member has already; names that are taken are refused. */
    private List<BundleFile> wanted(Contents contents, @Nullable PackageRecord former, List<String> refusals) {
        List<BundleFile> wanted = new ArrayList<>();
        for (BundleFile b : contents.bundles()) {
            version(b.version(), b.label());
            List<Bundle> others = bundles.named(b.symbolicName())
                    .filter(isOf(former).negate())
                    .filter(o -> !isLeftOver(o))
                    .toList();
            if (others.isEmpty()) {
                wanted.add(b);
                if (former != null && isSingleton(b)) {
                    refusals.add(
                            b.label() + " is a singleton, and an update needs both versions beside each other for a"
                                    + " moment: leave out singleton:=true, or kochab:plugin-remove the former version first");
                }
            } else if (!b.dependency()) {
                Bundle other = others.get(0);
                refusals.add(b.label() + " is called " + b.symbolicName() + ", and a bundle of that name is "
                        + (Bundles.isPlugin(other)
                                ? "of the plugin at " + other.getLocation() + " already: "
                                : "a part of this member: ")
                        + "give it a name of its own, or mark it dependency='true' in the KAR's feature if the one that"
                        + " is there will do");
            }
        }
        return wanted;
    }

    /** Whether it is of a plugin, but of none that is known and whole. */
    private boolean isLeftOver(Bundle bundle) {
        return Bundles.isPlugin(bundle)
                && records.list().stream().noneMatch(r -> !bundles.isMissing(r) && isOf(r).test(bundle));
    }

    private List<Bundle> leftOvers(String plugin, List<BundleFile> wanted) {
        Stream<Bundle> sameName =
                wanted.stream().flatMap(b -> bundles.named(b.symbolicName())).filter(this::isLeftOver);
        Stream<Bundle> samePlugin = records.get(plugin).filter(bundles::isMissing).stream()
                .flatMap(r -> bundles.find(r.bundles()).stream());
        return Stream.concat(sameName, samePlugin).distinct().toList();
    }

    private static boolean isSingleton(BundleFile bundle) {
        return bundle.headers()
                .getOrDefault(Constants.BUNDLE_SYMBOLICNAME, "")
                .replace(" ", "")
                .contains("singleton:=true");
    }

    private static Optional<PackageRecord.Item> sameVersion(@Nullable PackageRecord former, BundleFile bundle) {
        return former == null
                ? Optional.empty()
                : former.bundles().stream()
                        .filter(i -> i.symbolicName().equals(bundle.symbolicName())
                                && Version.parseVersion(i.version()).equals(Version.parseVersion(bundle.version())))
                        .findFirst();
    }

    /** What a process left that ended in the middle. */
    private void removeStaging() throws IOException {
        try (DirectoryStream<Path> old = Files.newDirectoryStream(settings.directory(), STAGING + "*")) {
            for (Path d : old) {
                remove(d);
            }
        }
    }

    private static void remove(Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path f : files) {
                Files.delete(f);
            }
        }
        Files.delete(directory);
    }
}
