package org.kochab.partition.internal.core.tenant;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Finds one text in many byte arrays, by Horspool's method: most bytes are not looked at. Immutable. */
final class Needle {
    private static final int BYTES = 256;
    private static final int UNSIGNED = 0xff;

    private final byte[] text;
    /** By how much to move on, for each value of the byte below the text's last. */
    private final int[] steps = new int[BYTES];

    /** @param text not empty */
    Needle(String text) {
        this.text = text.getBytes(StandardCharsets.UTF_8);
        int last = this.text.length - 1;
        Arrays.fill(steps, this.text.length);
        for (int i = 0; i < last; i++) {
            steps[this.text[i] & UNSIGNED] = last - i;
        }
    }

    boolean isIn(byte[] bytes) {
        int length = text.length;
        byte last = text[length - 1];
        for (int at = length - 1; at < bytes.length; at += steps[bytes[at] & UNSIGNED]) {
            if (bytes[at] == last && Arrays.equals(bytes, at - length + 1, at + 1, text, 0, length)) {
                return true;
            }
        }
        return false;
    }
}
