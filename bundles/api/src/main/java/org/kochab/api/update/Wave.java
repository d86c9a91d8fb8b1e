package org.kochab.api.update;

/**
 * How many nodes are updated once this wave is over, those of the waves before included.
 *
 * @param amount at least 1; of percent, at most 100
 * @param percent of all nodes that are selected, rounded up
 */
public record Wave(int amount, boolean percent) {
    public Wave {
        if (amount < 1 || percent && amount > 100) {
            throw new IllegalArgumentException(
                    "wave '" + amount + (percent ? "%" : "") + "': use a number of nodes, or 1% to 100%");
        }
    }

    /** @param text such as {@code 1} or {@code 10%} */
    public static Wave parse(String text) {
        String trimmed = text.strip();
        boolean percent = trimmed.endsWith("%");
        String digits = percent ? trimmed.substring(0, trimmed.length() - 1) : trimmed;
        if (!digits.matches("[0-9]{1,7}")) {
            throw new IllegalArgumentException("wave '" + trimmed + "': use a number of nodes, or 1% to 100%");
        }
        return new Wave(Integer.parseInt(digits), percent);
    }

    /** So many of {@code total} nodes. */
    public int of(int total) {
        return percent ? (int) (((long) total * amount + 99) / 100) : Math.min(total, amount);
    }

    @Override
    public String toString() {
        return amount + (percent ? "%" : "");
    }
}
