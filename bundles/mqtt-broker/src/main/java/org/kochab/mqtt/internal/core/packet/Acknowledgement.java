package org.kochab.mqtt.internal.core.packet;

/** The four packets that move a QoS 1 or 2 message along. */
public enum Acknowledgement {
    PUBACK(0x40),
    PUBREC(0x50),
    PUBREL(0x62),
    PUBCOMP(0x70);

    /** First byte on the wire. */
    public final int header;

    Acknowledgement(int header) {
        this.header = header;
    }
}
