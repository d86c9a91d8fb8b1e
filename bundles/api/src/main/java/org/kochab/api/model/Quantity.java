package org.kochab.api.model;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount in Kubernetes' notation ({@code 100m}, {@code 2}, {@code 1.5Gi}, {@code 1e3}), kept in thousandths.
 *
 * @param milli thousandths of the unit, rounded up
 */
public record Quantity(long milli) {
    private static final Pattern FORM = Pattern.compile(
            "([+-]?[0-9]+(?:\\.[0-9]*)?|[+-]?\\.[0-9]+)(?:(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)|[eE]([+-]?[0-9]{1,2}))?");
    private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);
    private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);

    /** @throws IllegalArgumentException if {@code text} is no quantity or too large; the message gives the remedy */
    public static Quantity parse(String text) {
        Matcher m = FORM.matcher(text);
        if (text.length() > 64 || !m.matches()) {
            throw new IllegalArgumentException("'" + text
                    + "' is not a quantity: write a number with an optional suffix, such as 100m, 2, 512Mi or 1.5Gi");
        }
        BigDecimal value = new BigDecimal(m.group(1)).multiply(THOUSAND);
        String suffix = m.group(2);
        if (suffix != null) {
            value = value.multiply(factor(suffix));
        } else if (m.group(3) != null) {
            value = value.scaleByPowerOfTen(Integer.parseInt(m.group(3)));
        }
        value = value.setScale(0, RoundingMode.CEILING);
        // Sizes near Long.MAX_VALUE (8Ei and more) saturate: no node is that large.
        return new Quantity(value.min(MOST).max(MOST.negate()).longValueExact());
    }

    private static BigDecimal factor(String suffix) {
        if (suffix.equals("m")) {
            return BigDecimal.ONE.movePointLeft(3);
        }
        int power = "kMGTPE".indexOf(Character.toLowerCase(suffix.charAt(0)) == 'k' ? 'k' : suffix.charAt(0)) + 1;
        return suffix.endsWith("i") ? BigDecimal.valueOf(1024).pow(power) : THOUSAND.pow(power);
    }

    /** Whole units, rounded up: bytes for memory. */
    public long units() {
        return milli / 1000 + (milli % 1000 > 0 ? 1 : 0);
    }
}
