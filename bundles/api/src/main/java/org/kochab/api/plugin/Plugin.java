package org.kochab.api.plugin;

import java.util.List;

/**
 * One registered service.
 *
 * @param kind what it is: {@link #SCHEDULER}, {@link #FILTER}, {@link #SCORER}, {@link #RULES}, {@link #CONTROLLER}, {@link #MUTATOR}, {@link #VALIDATOR}, {@link #EVENT_SINK}, {@link #ORDER}, {@link #BIND_HOOK}, {@link #STORE}
 *     or {@link #KIND}
 * @param name its own name
 * @param bundle symbolic name of the bundle it comes from
 * @param version that bundle's version
 * @param usedBy partitions that use it now, sorted
 * @param state one word for an operator: {@code Active}, {@code Idle} if nothing uses it, {@code Slow}, {@code Failing}, {@code Quarantined} if it is not called for a
 *     while, {@code Shadowed} if another one has its name, {@code Unusable} if it cannot be called at all, or what it says of itself
 * @param message why, in one sentence, if something is wrong with it; else empty
 */
public record Plugin(
        String kind, String name, String bundle, String version, List<String> usedBy, String state, String message) {
    public static final String SCHEDULER = "scheduler";
    public static final String FILTER = "filter";
    public static final String SCORER = "scorer";
    public static final String RULES = "rules";
    public static final String CONTROLLER = "controller";
    public static final String STORE = "store";
    public static final String KIND = "kind";
    public static final String MUTATOR = "mutator";
    public static final String VALIDATOR = "validator";
    public static final String EVENT_SINK = "event-sink";
    public static final String ORDER = "order";
    public static final String BIND_HOOK = "bind-hook";

    public Plugin {
        usedBy = List.copyOf(usedBy);
    }
}
