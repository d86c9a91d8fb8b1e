package org.kochab.api.link;

import java.util.List;

/** {@code up/request}: asks for specs by digest. */
public record Request(long birth, List<String> specs) {
    public Request {
        specs = specs == null ? List.of() : List.copyOf(specs);
    }
}
