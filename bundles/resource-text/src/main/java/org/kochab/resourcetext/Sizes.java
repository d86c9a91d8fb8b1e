package org.kochab.resourcetext;

import java.util.Locale;
import org.kochab.api.model.Quantity;

/** Amounts of bytes for people. */
public final class Sizes {
    private static final String UNITS = "KMGTPE";

    private Sizes() {}

    /** @return such as {@code 512Ki} or {@code 23.4Gi}; the text itself if it is no quantity */
    public static String of(String quantity) {
        long bytes;
        try {
            bytes = Quantity.parse(quantity).units();
        } catch (IllegalArgumentException e) {
            return quantity;
        }
        double size = bytes;
        int power = 0;
        // What would be rounded to 1024 is one of the next unit.
        while (size >= 1023.95 && power < UNITS.length()) {
            size /= 1024;
            power++;
        }
        if (power == 0) {
            return Long.toString(bytes);
        }
        String number = String.format(Locale.ROOT, "%.1f", size).replaceFirst("\\.0$", "");
        return number + UNITS.charAt(power - 1) + "i";
    }
}
