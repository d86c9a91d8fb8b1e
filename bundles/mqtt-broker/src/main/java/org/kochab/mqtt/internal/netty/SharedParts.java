package org.kochab.mqtt.internal.netty;

import org.kochab.mqtt.internal.core.Broker;
import org.kochab.mqtt.internal.core.Budget;
import org.kochab.mqtt.internal.core.Limits;

/** What all channels of a broker have in common. */
record SharedParts(Broker broker, Limits limits, Budget partial, PacketWriter writer, Flusher flusher) {}
