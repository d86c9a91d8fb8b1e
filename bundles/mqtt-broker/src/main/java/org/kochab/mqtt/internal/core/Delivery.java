package org.kochab.mqtt.internal.core;

import org.kochab.mqtt.internal.core.packet.Message;

/**
 * A message on its way to one session.
 *
 * @param qos the lower of the message's and the subscription's
 * @param identifiers of the subscriptions that matched
 */
record Delivery(Message message, int qos, boolean retain, int[] identifiers) {
    static final int[] NO_IDENTIFIERS = {};

    private static final int OVERHEAD = 64;

    int charge() {
        return OVERHEAD + message.charge();
    }
}
