package org.kochab.api.node;

import java.util.regex.Pattern;

/** How commands may be called. */
final class Correlations {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private Correlations() {}

    static void check(String correlation) {
        if (!FORM.matcher(correlation).matches()) {
            throw new IllegalArgumentException(
                    "A correlation has 1 to 64 letters, digits, '-' and '_', not " + correlation);
        }
    }
}
