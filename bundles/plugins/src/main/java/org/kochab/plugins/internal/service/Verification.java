package org.kochab.plugins.internal.service;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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
     * @param record as it is to be, or as it is if the same file is installed already
     * @param former the version in whose place it is to be put
     * @param fresh those of the record's bundles that are not there yet
     * @param leftOvers bundles that are in their way and belong to nothing that is known
     */
    record Checked(PackageRecord record, @Nullable PackageRecord former, List<Fresh> fresh, List<Bundle> leftOvers) {
        boolean isThere() {
            return record.stage() == Stage.INSTALLED;
        }
    }

    /**
     * @param staging an empty directory
     * @throws Refused if it is neither a jar nor a KAR that may be installed anywhere
     */
    Contents read(Order order, Path file, Path staging) throws IOException {
        return new PackageReader(staging, settings.limits()).read(file, Sources.label(order.source()));
    }

    /** @throws Refused if it is not what may be installed here */
    Checked check(Order order, Path file, Contents contents) throws IOException {
        String label = Sources.label(order.source());
        Optional<Signer> signer = signer(order, file, label);
        if (!order.update().isEmpty() && !order.update().equals(contents.name())) {
            throw new Refused(label + " is plugin " + contents.name() + " and not " + order.update());
        }
        PackageRecord former =
                records.get(contents.name()).filter(r -> !bundles.isMissing(r)).orElse(null);
        if (former != null) {
            isWhole(former);
            if (former.sha256().equals(order.sha256())) {
                return new Checked(former, null, List.of(), List.of());
            } else if (order.update().isEmpty()) {
                throw new ResourceException(
                        ResourceException.Reason.ALREADY_EXISTS,
                        "plugin " + former.name() + " is installed in version " + former.version()
                                + ": kochab:plugin-update puts another version in its place");
            }
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
                order.id(),
                order.source(),
                order.sha256(),
                signer.map(Signer::name).orElse(""),
                signer.map(Signer::trusted).orElse(false),
                Instant.now().toEpochMilli(),
                items,
                resolution.imports(),
                resolution.notes(),
                null);
        return new Checked(record, former, fresh, leftOvers(contents.name(), wanted));
    }

    private static void isWhole(PackageRecord r) {
        if (r.stage() != Stage.INSTALLED) {
            throw new ResourceException(
                    ResourceException.Reason.CONFLICT,
                    "of plugin " + r.name() + " " + r.version()
                            + " there is something left that could not be taken out: restart this member first");
        }
    }

    private Optional<Signer> signer(Order order, Path file, String label) throws IOException {
        Optional<Signer> signer = settings.signatures().signer(file, label, Instant.now());
        if (order.requireSignature() || settings.requireSignature()) {
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
                && records.list().stream()
                        .noneMatch(r -> !bundles.isMissing(r)
                                && isOf(r).or(isOf(r.former())).test(bundle));
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
}
