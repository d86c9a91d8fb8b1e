package org.kochab.partition.internal.core.tenant;

/**
 * What is wrong with a plugin.
 *
 * @param state one word, as {@link org.kochab.api.plugin.Plugin#state}
 * @param message one sentence for an operator
 */
public record Trouble(String state, String message) {
    public static final String FAILING = "Failing";
    public static final String QUARANTINED = "Quarantined";
}
