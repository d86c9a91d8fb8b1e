package org.kochab.plugins.internal.service;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the member remembers of a plugin, kept as JSON.
 *
 * @param order what put it there, as long as it may be taken back; then empty
 * @param installedAt milliseconds since 1970
 * @param former the version in whose place it is put: it comes back if this one is not well, and is taken away if it is. The field is empty
 *     once nothing is left of it, and nobody may want it back
 */
public record PackageRecord(
        String name,
        String version,
        Stage stage,
        String order,
        String source,
        String sha256,
        String signer,
        boolean trusted,
        long installedAt,
        @Nullable List<Item> bundles,
        @Nullable List<String> imports,
        @Nullable List<String> notes,
        @Nullable PackageRecord former) {
    public enum Stage {
        /** It is being tried. Whoever finds it so after a crash takes it out. */
        TRIAL,
        INSTALLED,
        /** The framework had lost it, and it is being tried again. Whoever finds it so after a crash takes it out and begins anew. */
        RETURNING,
        /** It is being taken out. Whoever finds it so after a crash goes on. */
        REMOVING
    }

    /**
     * A bundle of it.
     *
     * @param location by which the framework knows it
     */
    public record Item(String symbolicName, String version, String sha256, String location) {}

    public PackageRecord {
        bundles = bundles == null ? List.of() : List.copyOf(bundles);
        imports = imports == null ? List.of() : List.copyOf(imports);
        notes = notes == null ? List.of() : List.copyOf(notes);
    }

    PackageRecord with(Stage next, @Nullable PackageRecord before) {
        return with(next, order, before);
    }

    /** As it is once nobody may want back what was there before. */
    PackageRecord kept() {
        return with(Stage.INSTALLED, "", null);
    }

    /** As what is to come back after the framework had lost that one. */
    PackageRecord returning(PackageRecord lost) {
        return new PackageRecord(
                name,
                version,
                Stage.RETURNING,
                "",
                source,
                sha256,
                signer,
                trusted,
                lost.installedAt,
                bundles,
                imports,
                notes,
                null);
    }

    private PackageRecord with(Stage next, String by, @Nullable PackageRecord before) {
        return new PackageRecord(
                name, version, next, by, source, sha256, signer, trusted, installedAt, bundles, imports, notes, before);
    }

    /** Bundles that are this one's and not another's. */
    List<Item> without(@Nullable PackageRecord other) {
        return other == null
                ? bundles
                : bundles.stream().filter(b -> !other.has(b.location())).toList();
    }

    private boolean has(String location) {
        return bundles.stream().anyMatch(b -> b.location().equals(location));
    }
}
