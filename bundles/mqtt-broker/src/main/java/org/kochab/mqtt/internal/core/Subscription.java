package org.kochab.mqtt.internal.core;

/**
 * A session's granted subscription.
 *
 * @param key the filter as the client sent it
 * @param identifier 0 for none
 */
record Subscription(
        Session session,
        String key,
        Topics.Filter filter,
        int qos,
        boolean noLocal,
        boolean retainAsPublished,
        int identifier) {
    private static final int OVERHEAD = 256;
    private static final int LEVEL = 160;

    /** Memory charged: the subscription, its text, and the levels it may add to the tree. */
    int charge() {
        return OVERHEAD + 2 * key.length() + LEVEL * filter.levels().length;
    }
}
