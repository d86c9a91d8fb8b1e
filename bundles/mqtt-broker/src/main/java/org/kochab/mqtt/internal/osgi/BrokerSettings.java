package org.kochab.mqtt.internal.osgi;

import java.nio.file.Path;
import java.util.Optional;
import org.kochab.mqtt.BrokerConfig;
import org.kochab.mqtt.SecureListener;
import org.kochab.mqtt.TlsFiles;
import org.kochab.mqtt.internal.core.Limits;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration {@code org.kochab.mqtt.broker}. An underscore in a name is a dot in its key. */
@ObjectClassDefinition(name = "Kochab MQTT broker", description = "Where the embedded broker listens, and its limits")
public @interface BrokerSettings {
    @AttributeDefinition(description = "Address to listen on; others than loopback need TLS")
    String host() default "127.0.0.1";

    @AttributeDefinition(min = "0", max = "65535", description = "0 takes any free port")
    int port() default 1883;

    @AttributeDefinition(description = "PKCS#12 file with the broker's key and certificate; empty for no TLS")
    String tls_keystore() default "";

    @AttributeDefinition(type = AttributeType.PASSWORD, description = "Begins with a dot, so that it stays private")
    String _tls_keystore_password() default "";

    @AttributeDefinition(description = "PKCS#12 file with the authorities of client certificates; empty for none")
    String tls_truststore() default "";

    @AttributeDefinition(type = AttributeType.PASSWORD, description = "Begins with a dot, so that it stays private")
    String _tls_truststore_password() default "";

    @AttributeDefinition(
            description = "Address of a second listener, with TLS and the platform's own certificates; empty for none")
    String secure_host() default "";

    @AttributeDefinition(min = "0", max = "65535", description = "Port of the second listener")
    int secure_port() default 8883;

    @AttributeDefinition(description = "Connections open at the same time")
    int limit_connections() default 20_000;

    @AttributeDefinition(description = "Connections that are not let in yet")
    int limit_pendingConnects() default 2_000;

    @AttributeDefinition(description = "Connections accepted in a second; more wait")
    int limit_connectsPerSecond() default 2_000;

    @AttributeDefinition(description = "Milliseconds a client has from TCP connect to CONNACK")
    int limit_connectTimeoutMillis() default 10_000;

    @AttributeDefinition(description = "Bytes of the largest packet from a client")
    int limit_packetBytes() default 262_144;

    @AttributeDefinition(description = "Bytes of the largest CONNECT")
    int limit_connectPacketBytes() default 32_768;

    @AttributeDefinition(description = "Bytes of all packets that have begun to arrive and are not complete")
    long limit_partialBytes() default 33_554_432;

    @AttributeDefinition(description = "Characters of a client id")
    int limit_clientIdLength() default 400;

    @AttributeDefinition(description = "Characters of a topic name or filter")
    int limit_topicLength() default 1_024;

    @AttributeDefinition(description = "Levels of a topic name or filter")
    int limit_topicLevels() default 32;

    @AttributeDefinition(description = "Topic aliases of a connection")
    int limit_aliases() default 8;

    @AttributeDefinition(description = "Unacknowledged QoS 1 and 2 messages of a client, each way")
    int limit_inflight() default 64;

    @AttributeDefinition(description = "Sessions, connected or not; the one left longest ago makes room")
    int limit_sessions() default 50_000;

    @AttributeDefinition(description = "Seconds a session waits for its client at most")
    int limit_sessionExpirySeconds() default 86_400;

    @AttributeDefinition(description = "Seconds of the longest keep-alive an MQTT 5 client gets")
    int limit_keepAliveSeconds() default 3_600;

    @AttributeDefinition(description = "Subscriptions of a client")
    int limit_subscriptions() default 128;

    @AttributeDefinition(description = "Bytes of all subscriptions")
    long limit_subscriptionBytes() default 67_108_864;

    @AttributeDefinition(description = "Messages that wait for a client")
    int limit_queuedMessages() default 1_000;

    @AttributeDefinition(description = "Bytes that wait for a client")
    int limit_queuedBytes() default 1_048_576;

    @AttributeDefinition(description = "Bytes that wait for all clients, and wills")
    long limit_allQueuedBytes() default 67_108_864;

    @AttributeDefinition(description = "How many times more may wait for a trusted client")
    int limit_trustedFactor() default 16;

    @AttributeDefinition(description = "Retained messages")
    int limit_retainedMessages() default 250_000;

    @AttributeDefinition(description = "Bytes of all retained messages")
    long limit_retainedBytes() default 134_217_728;

    /** Settings as the broker takes them. */
    final class Reader {
        private Reader() {}

        static BrokerConfig read(BrokerSettings settings) {
            Optional<TlsFiles> tls = path(settings.tls_keystore())
                    .map(keystore -> new TlsFiles(
                            keystore,
                            settings._tls_keystore_password(),
                            path(settings.tls_truststore()),
                            settings._tls_truststore_password()));
            Optional<SecureListener> secure = settings.secure_host().isBlank()
                    ? Optional.empty()
                    : Optional.of(new SecureListener(settings.secure_host().strip(), settings.secure_port()));
            return new BrokerConfig(settings.host(), settings.port(), tls, secure, limits(settings));
        }

        private static Limits limits(BrokerSettings settings) {
            return new Limits(
                    settings.limit_connections(),
                    settings.limit_pendingConnects(),
                    settings.limit_connectsPerSecond(),
                    settings.limit_connectTimeoutMillis(),
                    settings.limit_packetBytes(),
                    settings.limit_connectPacketBytes(),
                    settings.limit_partialBytes(),
                    settings.limit_clientIdLength(),
                    settings.limit_topicLength(),
                    settings.limit_topicLevels(),
                    settings.limit_aliases(),
                    settings.limit_inflight(),
                    settings.limit_sessions(),
                    settings.limit_sessionExpirySeconds(),
                    settings.limit_keepAliveSeconds(),
                    settings.limit_subscriptions(),
                    settings.limit_subscriptionBytes(),
                    settings.limit_queuedMessages(),
                    settings.limit_queuedBytes(),
                    settings.limit_allQueuedBytes(),
                    settings.limit_trustedFactor(),
                    settings.limit_retainedMessages(),
                    settings.limit_retainedBytes());
        }

        private static Optional<Path> path(String text) {
            return text.isBlank() ? Optional.empty() : Optional.of(Path.of(text));
        }
    }
}
