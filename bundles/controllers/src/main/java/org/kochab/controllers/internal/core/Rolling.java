package org.kochab.controllers.internal.core;

import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Deployment;

/**
 * What a rolling update may do: numbers only.
 *
 * @param maxSurge pods above the wanted number
 * @param maxUnavailable pods below it; in a rolling update at least one of the two is not zero
 */
record Rolling(int maxSurge, int maxUnavailable) {
    private static final String DEFAULT = "25%";

    /** Whether all old pods end before the first new one starts. */
    static boolean recreates(Deployment.Spec spec) {
        return spec.strategy() != null && "Recreate".equals(spec.strategy().type());
    }

    /** @throws IllegalArgumentException if a field is neither a number nor a percentage; the message names it */
    static Rolling of(Deployment.Spec spec) {
        if (recreates(spec)) {
            return new Rolling(0, 0);
        }
        Deployment.RollingUpdate update =
                spec.strategy() == null ? null : spec.strategy().rollingUpdate();
        int surge = count(
                "spec.strategy.rollingUpdate.maxSurge", update == null ? null : update.maxSurge(), wanted(spec), true);
        int unavailable = count(
                "spec.strategy.rollingUpdate.maxUnavailable",
                update == null ? null : update.maxUnavailable(),
                wanted(spec),
                false);
        // Neither more nor fewer would mean that nothing can ever move.
        return new Rolling(surge, surge == 0 && unavailable == 0 ? 1 : unavailable);
    }

    static int wanted(Deployment.Spec spec) {
        return spec.replicas() == null ? 1 : Math.max(0, spec.replicas());
    }

    /** @param up which way a percentage is rounded */
    static int count(String field, @Nullable String text, int of, boolean up) {
        String value = text == null || text.isBlank() ? DEFAULT : text.trim();
        try {
            return share(value, of, up);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    field + " is '" + text + "': write a number of pods such as 1, or a percentage such as 25%");
        }
    }

    /**
     * A number, or a percentage of a number.
     *
     * @throws NumberFormatException if the text is neither
     */
    static int share(String text, int of, boolean up) {
        if (!text.endsWith("%")) {
            return nonNegative(Integer.parseInt(text));
        }
        long percent = nonNegative(Integer.parseInt(text.substring(0, text.length() - 1)));
        return (int) Math.min(Integer.MAX_VALUE, (percent * of + (up ? 99 : 0)) / 100);
    }

    private static int nonNegative(int value) {
        if (value < 0) {
            throw new NumberFormatException("negative");
        }
        return value;
    }
}
