package org.kochab.api.resource;

import java.util.List;

/**
 * Who asks for something.
 *
 * @param user empty if not known
 * @param groups sorted; empty if not known
 */
public record Requester(String user, List<String> groups) {
    /** Nobody knows. */
    public static final Requester UNKNOWN = new Requester("", List.of());

    /** The platform's controllers. */
    public static final Requester CONTROLLERS = new Requester("kochab:controllers", List.of("kochab:platform"));

    public Requester {
        groups = groups.stream().sorted().distinct().toList();
    }
}
