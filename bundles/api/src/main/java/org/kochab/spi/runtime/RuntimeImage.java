package org.kochab.spi.runtime;

import java.util.List;

/** An image on the machine. */
public record RuntimeImage(List<String> names, long sizeBytes) {
    public RuntimeImage {
        names = List.copyOf(names);
    }
}
