package org.kochab.api.update;

import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;
import org.kochab.api.model.LabelSelector;

/**
 * Which version of the agent which nodes are to get, and how fast.
 *
 * @param name of the update; a DNS label
 * @param version as the archive's file {@code VERSION} has it: at most 64 letters, digits, {@code .}, {@code _}, {@code +} and {@code -}
 * @param url where nodes fetch the archive: {@code https:}, {@code file:}, or {@code http:} on a loopback address
 * @param sha256 of the archive, 64 lower-case hexadecimal digits
 * @param selector which nodes; an empty one means all
 * @param waves 1 to 20, one after the other; after the last one all nodes that are selected get it, those too that were away
 * @param maxFailures that many nodes may fail, in all waves together, before the update stops
 * @param minDonePercent of a wave's nodes that must be done (updated or failed) before the next one begins, 1 to 100
 * @param timeoutSeconds that a node may take, not counting time that it is away; 60 to 86,400
 * @param parallelism how many nodes are updated at once, 1 to 500
 */
public record UpdateSpec(
        String name,
        String version,
        String url,
        String sha256,
        LabelSelector selector,
        List<Wave> waves,
        int maxFailures,
        int minDonePercent,
        int timeoutSeconds,
        int parallelism) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,63}");
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final List<String> SCHEMES = List.of("https", "http", "file");

    /** @throws IllegalArgumentException if a field is not as described; the message names it */
    public UpdateSpec {
        waves = List.copyOf(waves);
        matches("name", name, NAME, "at most 63 lower-case letters, digits and '-'");
        matches("version", version, VERSION, "at most 64 letters, digits, '.', '_', '+' and '-'");
        matches("sha256", sha256, DIGEST, "64 digits from 0 to 9 and a to f, as sha256sum prints them");
        if (url.length() > 2048
                || !SCHEMES.contains(String.valueOf(URI.create(url).getScheme()))) {
            throw new IllegalArgumentException(
                    "url '" + url + "' is not valid: use https:, file:, or http: on loopback");
        }
        between("waves", waves.size(), 1, 20);
        between("maxFailures", maxFailures, 0, 1_000);
        between("minDonePercent", minDonePercent, 1, 100);
        between("timeoutSeconds", timeoutSeconds, 60, 86_400);
        between("parallelism", parallelism, 1, 500);
    }

    private static void matches(String field, String value, Pattern pattern, String form) {
        if (!pattern.matcher(value).matches()) {
            throw new IllegalArgumentException(field + " '" + value + "' is not valid: use " + form);
        }
    }

    private static void between(String field, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(field + " is " + value + ": use " + least + " to " + most);
        }
    }
}
