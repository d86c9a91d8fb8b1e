package org.kochab.api.plugin;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a vendor shipped in one file and this member has installed.
 *
 * @param name symbolic name of the bundle of a jar, name of the feature of a KAR
 * @param version of that bundle or feature
 * @param source the file or {@code mvn:} URL that it was installed from
 * @param sha256 digest of the file, 64 lower-case hexadecimal digits
 * @param signer subject of the certificate that signed the file; empty if it is not signed
 * @param trusted whether that certificate is one of those that the member trusts
 * @param installed when it was installed, or updated to this version
 * @param state how it is now
 * @param message why, if it is not {@link State#ACTIVE}; else empty
 * @param bundles in the order in which they are started
 * @param services that it offers now: names of interfaces, and of shell commands as {@code SCOPE:NAME}; sorted, each once
 * @param imports packages that it uses, with the versions that it was built for
 * @param notes what is no fault and is worth knowing, each one sentence
 */
public record PluginPackage(
        String name,
        String version,
        String source,
        String sha256,
        String signer,
        boolean trusted,
        @Nullable Instant installed,
        State state,
        String message,
        List<Part> bundles,
        List<String> services,
        List<String> imports,
        List<String> notes) {
    public PluginPackage {
        bundles = List.copyOf(bundles);
        services = List.copyOf(services);
        imports = List.copyOf(imports);
        notes = List.copyOf(notes);
    }

    /** How a package is. */
    public enum State {
        /** Its bundles are active, its components have what they need, and it offers a service. */
        ACTIVE,
        /** It is installed and something is wrong with it. */
        FAILED,
        /** A bundle of it was taken away by other means, or an upgrade took all of it and it is not back. */
        MISSING
    }

    /**
     * A bundle of it.
     *
     * @param state as the framework calls it, in capitals; {@code UNINSTALLED} if it is not there
     */
    public record Part(String symbolicName, String version, String state) {}
}
