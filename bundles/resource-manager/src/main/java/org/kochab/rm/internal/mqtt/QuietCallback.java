package org.kochab.rm.internal.mqtt;

import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Paho's callback, of which a link needs two events. */
abstract class QuietCallback implements MqttCallback {
    private static final Logger LOG = LoggerFactory.getLogger(QuietCallback.class);

    /** The connection is gone. */
    protected abstract void ended(String reason);

    @Override
    public final void disconnected(MqttDisconnectResponse response) {
        Throwable cause = response.getException();
        ended(
                response.getReasonString() != null
                        ? response.getReasonString()
                        : cause != null ? String.valueOf(cause.getMessage()) : "closed by the broker");
    }

    @Override
    public final void mqttErrorOccurred(MqttException exception) {
        LOG.debug("error on the link", exception);
    }

    @Override
    public final void deliveryComplete(IMqttToken token) {
        // The listener of each publish is told.
    }

    @Override
    public final void connectComplete(boolean reconnect, String serverUri) {
        // The connect call waits for this itself.
    }

    @Override
    public final void authPacketArrived(int reasonCode, MqttProperties properties) {
        // Enhanced authentication is not used.
    }
}
