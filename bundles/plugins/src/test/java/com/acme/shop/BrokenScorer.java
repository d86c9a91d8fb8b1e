package com.acme.shop;

/** One that cannot be made. */
public final class BrokenScorer extends CheapScorer {
    public BrokenScorer() {
        throw new IllegalStateException("the till is empty");
    }
}
