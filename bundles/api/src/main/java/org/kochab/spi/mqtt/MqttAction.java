package org.kochab.spi.mqtt;

/** What a client asks to do with a topic. A last will is a {@link #PUBLISH}. */
public enum MqttAction {
    PUBLISH,
    SUBSCRIBE
}
