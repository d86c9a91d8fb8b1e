package org.kochab.shell.internal.command;

import java.util.ArrayList;
import java.util.List;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.support.completers.FileCompleter;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.jspecify.annotations.Nullable;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.shell.internal.core.Failure;
import org.kochab.shell.internal.session.Scope;

/** A command that takes manifests. */
abstract class ManifestCommand extends ResourceCommand {
    @Option(name = "-f", aliases = "--filename", multiValued = true, description = "Manifest, or folder of manifests")
    @Completion(FileCompleter.class)
    @Nullable
    List<String> files;

    @Option(
            name = "--validate",
            description = "strict refuses fields that a kind does not have, warn drops them and says so")
    @Completion(
            value = StringsCompleter.class,
            values = {"strict", "warn"})
    String validate = "strict";

    /** A resource of a manifest, with the place it belongs to filled in. */
    record Item(Kind kind, TenantId tenant, Resource resource) {}

    /** Reads all files before anything is done with one; warnings are added to {@code warnings}. */
    final List<Item> items(List<String> more, List<String> warnings) {
        List<String> names = new ArrayList<>(some(files));
        names.addAll(more);
        if (names.isEmpty()) {
            throw new Failure("Name a manifest: kochab:" + name() + " FILE");
        }
        Codec.UnknownFields unknown =
                switch (validate) {
                    case "strict" -> Codec.UnknownFields.REFUSE;
                    case "warn" -> Codec.UnknownFields.WARN;
                    default -> throw new Failure("Option --validate is '" + validate + "': use strict or warn");
                };
        List<Item> items = new ArrayList<>();
        List<Kind> kinds = new ArrayList<>(kinds());
        for (Manifests.Read read : Manifests.read(session, codec(), names, unknown, kinds)) {
            read.manifest().warnings().forEach(w -> warnings.add(read.file() + ": " + w));
            read.manifest().resources().forEach(r -> items.add(placed(r, kinds)));
        }
        if (items.isEmpty()) {
            throw new Failure("There is nothing in " + String.join(", ", names));
        }
        return items;
    }

    private Item placed(Resource resource, List<Kind> kinds) {
        Kind kind = kinds.stream()
                .filter(k -> k.name().equals(resource.kind()) && k.apiVersion().equals(resource.apiVersion()))
                .findFirst()
                .orElseThrow(() -> new Failure("There is no kind " + resource.kind() + " of " + resource.apiVersion()
                        + ": kochab:explain lists the kinds"));
        ObjectMeta meta = resource.metadata();
        Scope scope = scope();
        if (kind.scope() == Kind.Scope.PLATFORM) {
            return new Item(kind, TenantId.SYSTEM, resource);
        }
        if (meta.tenant() != null && tenant != null && !meta.tenant().equals(tenant)) {
            throw new Failure(kind.name() + " " + meta.name() + " says metadata.tenant " + meta.tenant()
                    + " and the command says --tenant " + tenant + ": leave one out");
        }
        TenantId of = meta.tenant() != null ? new TenantId(meta.tenant()) : scope.tenant();
        String space = kind.scope() != Kind.Scope.NAMESPACE
                ? null
                : meta.namespace() != null ? meta.namespace() : scope.namespace();
        if (namespace != null && space != null && !space.equals(namespace)) {
            throw new Failure(kind.name() + " " + meta.name() + " says metadata.namespace " + space
                    + " and the command says --namespace " + namespace + ": leave one out");
        }
        return new Item(kind, of, resource.withMetadata(meta.withPlace(of.value(), space)));
    }
}
