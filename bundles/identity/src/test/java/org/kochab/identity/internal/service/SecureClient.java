package org.kochab.identity.internal.service;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.jspecify.annotations.Nullable;
import org.kochab.identity.internal.authority.Requests;

/** A client of a platform's secure listener. */
final class SecureClient implements AutoCloseable {
    private static final int PATIENCE = 20_000;
    /** Less than the broker takes. */
    private static final int AT_ONCE = 30;

    final MqttAsyncClient mqtt;
    final MqttConnectionOptions options = new MqttConnectionOptions();

    /** What came, in order. */
    final Queue<Heard> heard = new ConcurrentLinkedQueue<>();

    record Heard(String topic, String payload) {}

    /** What is to be published. */
    record Letter(String topic, String payload, int qos, boolean retained) {}

    SecureClient(SecurePlatform platform, String id, SSLSocketFactory sockets) throws MqttException {
        mqtt = new MqttAsyncClient("ssl://127.0.0.1:" + platform.port(), id, new MemoryPersistence());
        options.setSocketFactory(sockets);
        options.setAutomaticReconnect(false);
        mqtt.setCallback(new Hearing());
    }

    /** Of one that shows a certificate, or none if both are null. */
    static SSLSocketFactory sockets(
            SecurePlatform platform, @Nullable KeyPair pair, @Nullable X509Certificate certificate) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        X509Certificate issuer = platform.identities.current().orElseThrow().authority();
        KeyManagerFactory identity = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        if (pair != null && certificate != null) {
            store.setKeyEntry("own", pair.getPrivate(), new char[0], new X509Certificate[] {certificate});
        }
        identity.init(store, new char[0]);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("authority", issuer);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(identity.getKeyManagers(), trust.getTrustManagers(), null);
        return context.getSocketFactory();
    }

    /** Of a node that has just joined. */
    static SSLSocketFactory joined(SecurePlatform platform, String node, KeyPair pair) throws Exception {
        return sockets(platform, pair, Requests.certificate(platform.enrol(node, pair)));
    }

    /** A member of the platform, which may do everything. */
    static SecureClient member(SecurePlatform platform) throws Exception {
        var own = platform.identities.current().orElseThrow();
        X509Certificate certificate = own.chain().get(0);
        KeyPair pair = new KeyPair(certificate.getPublicKey(), own.key());
        return new SecureClient(platform, "a-member", sockets(platform, pair, certificate)).connect();
    }

    SecureClient user(String name, String password) {
        options.setUserName(name);
        options.setPassword(password.getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    SecureClient connect() throws MqttException {
        mqtt.connect(options).waitForCompletion(PATIENCE);
        return this;
    }

    /** The reason that the broker gives for not letting it in. */
    int refused() {
        try {
            connect();
            return 0;
        } catch (MqttException e) {
            return e.getReasonCode();
        }
    }

    int publish(String topic) throws MqttException {
        return publish(topic, "x");
    }

    int publish(String topic, String payload) throws MqttException {
        return publish(List.of(new Letter(topic, payload, 1, false))).get(0);
    }

    /** The reason code of each answer; at QoS 0 there is none, and it is 0. */
    List<Integer> publish(List<Letter> letters) throws MqttException {
        List<Integer> codes = new ArrayList<>();
        for (int i = 0; i < letters.size(); i += AT_ONCE) {
            List<Letter> some = letters.subList(i, Math.min(letters.size(), i + AT_ONCE));
            List<IMqttToken> tokens = new ArrayList<>();
            for (Letter l : some) {
                byte[] bytes = l.payload().getBytes(StandardCharsets.US_ASCII);
                tokens.add(mqtt.publish(l.topic(), new MqttMessage(bytes, l.qos(), l.retained(), null)));
            }
            for (int j = 0; j < tokens.size(); j++) {
                tokens.get(j).waitForCompletion(PATIENCE);
                codes.add(some.get(j).qos() == 0 ? 0 : tokens.get(j).getReasonCodes()[0]);
            }
        }
        return codes;
    }

    int subscribe(String filter) throws MqttException {
        return subscribe(List.of(filter))[0];
    }

    /** The reason code for each. */
    int[] subscribe(List<String> filters) throws MqttException {
        var token = mqtt.subscribe(
                filters.stream().map(f -> new MqttSubscription(f, 1)).toArray(MqttSubscription[]::new));
        token.waitForCompletion(PATIENCE);
        return token.getReasonCodes();
    }

    private final class Hearing implements MqttCallback {
        @Override
        public void messageArrived(String topic, MqttMessage message) {
            heard.add(new Heard(topic, new String(message.getPayload(), StandardCharsets.UTF_8)));
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {}

        @Override
        public void mqttErrorOccurred(MqttException exception) {}

        @Override
        public void deliveryComplete(IMqttToken token) {}

        @Override
        public void connectComplete(boolean reconnect, String server) {}

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {}
    }

    @Override
    public void close() throws MqttException {
        mqtt.disconnectForcibly(0, 0, false);
        mqtt.close(true);
    }
}
