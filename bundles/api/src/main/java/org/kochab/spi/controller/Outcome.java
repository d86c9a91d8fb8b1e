package org.kochab.spi.controller;

import java.time.Duration;

/** What a controller wants next for the object. */
public sealed interface Outcome {
    Outcome DONE = new Done();

    /** Nothing, until something changes. */
    record Done() implements Outcome {}

    /** To be called again after a while even if nothing changes. */
    record Again(Duration after) implements Outcome {}
}
