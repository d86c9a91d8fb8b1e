package org.kochab.runtime.wasm.internal;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.runtime.RuntimeFailure;

/**
 * What {@code image} says: a file of the node, or an address of which the digest is known.
 *
 * @param file null for what has to be fetched
 * @param address null for a file of the node
 * @param sha256 lower-case hexadecimal; null only for a file
 */
record ImageName(@Nullable Path file, @Nullable URI address, @Nullable String sha256) {
    private static final Pattern DIGEST = Pattern.compile("(.+)#sha256=([0-9a-fA-F]{64})");
    private static final int LONGEST = 1024;

    /** @throws RuntimeFailure if it names no module */
    static ImageName parse(@Nullable String image) {
        if (image == null || image.isEmpty() || image.length() > LONGEST) {
            throw invalid(image, "");
        }
        Matcher m = DIGEST.matcher(image);
        boolean pinned = m.matches();
        String place = pinned ? m.group(1) : image;
        String sha256 = pinned ? m.group(2).toLowerCase(Locale.ROOT) : null;
        if (place.indexOf('#') >= 0) {
            throw invalid(image, ": after '#' stands sha256= and 64 hexadecimal digits");
        }
        try {
            if (place.startsWith("/")) {
                return new ImageName(Path.of(place).normalize(), null, sha256);
            }
            URI uri = new URI(place);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            boolean web = (scheme.equals("https") || scheme.equals("http")) && uri.getHost() != null;
            if (scheme.equals("file")) {
                return new ImageName(Path.of(uri).normalize(), null, sha256);
            }
            if (web && sha256 == null) {
                throw invalid(image, ": without the module's digest anything might come; add #sha256=DIGEST");
            }
            if (web) {
                return new ImageName(null, uri, sha256);
            }
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw invalid(image, ": " + e.getMessage());
        }
        throw invalid(image, "");
    }

    private static RuntimeFailure invalid(@Nullable String image, String why) {
        String shown = image == null ? "" : image.substring(0, Math.min(200, image.length()));
        return new RuntimeFailure(
                RuntimeFailure.Code.INVALID,
                "image '" + shown + "' is not valid" + why
                        + "; runtimeClassName 'wasm' takes a module's absolute path on the node, file:///PATH, or"
                        + " https://HOST/PATH#sha256=DIGEST");
    }
}
