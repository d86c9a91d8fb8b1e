package org.kochab.scheduler.internal.core;

/**
 * A placement plugin as it was when it came: where it is from, and what it says of itself, which is asked once.
 *
 * @param kind {@code filter}, {@code scorer}, {@code order} or {@code rules}
 * @param bundle symbolic name of its bundle
 * @param version that bundle's version
 * @param weight of a scorer
 */
public record Vendor(String kind, String name, String bundle, String version, int order, double weight) {
    /** @throws IllegalArgumentException if it cannot be used so */
    public Vendor {
        if (name == null || name.isBlank()) {
            throw new IllegalArgumentException("name() of a " + kind + " of " + bundle + " is empty");
        }
        if (!(weight > 0 && weight <= 1000)) {
            throw new IllegalArgumentException(
                    "weight of " + kind + " '" + name + "' is " + weight + ": it must be above 0 and at most 1000");
        }
    }

    /** For people. */
    @Override
    public String toString() {
        return kind + " '" + name + "' of " + bundle + " " + version;
    }
}
