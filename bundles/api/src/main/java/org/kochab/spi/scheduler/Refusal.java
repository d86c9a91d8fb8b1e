package org.kochab.spi.scheduler;

/**
 * Why nodes were refused.
 *
 * @param plugin the filter that said no first
 * @param nodes how many nodes it refused
 * @param reason one sentence an operator can act on
 */
public record Refusal(String plugin, Code code, int nodes, String reason) {
    public enum Code {
        /** It may fit when pods end or nodes change. */
        UNFIT_NOW,
        /** It never fits unless the pod or the nodes' labels change. */
        UNFIT_EVER,
        PLUGIN_FAILED
    }
}
