package org.kochab.partition.internal.core.tenant;

import org.kochab.api.model.Resource;

/** Of a kind whose objects have no status. */
interface StatuslessRules<R extends Resource> extends KindRules<R> {
    @Override
    default R withStatusOf(R current, R other) {
        return current;
    }

    @Override
    default R fresh(R wanted) {
        return wanted;
    }
}
