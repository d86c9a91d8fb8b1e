package org.kochab.rm.internal.mqtt;

import java.net.URI;
import java.util.List;

/**
 * Where the brokers are.
 *
 * @param brokers {@code tcp://HOST:PORT} or {@code ssl://HOST:PORT}, tried in turn
 */
public record LinkSettings(List<String> brokers) {
    public LinkSettings {
        brokers = brokers.stream().map(String::strip).filter(b -> !b.isEmpty()).toList();
        if (brokers.isEmpty()) {
            throw new IllegalArgumentException("broker.uris is empty: give at least one, such as tcp://127.0.0.1:1883");
        }
        brokers.forEach(LinkSettings::check);
    }

    private static void check(String broker) {
        URI uri;
        try {
            uri = URI.create(broker);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "broker.uris has '" + broker + "', which is no URI: write tcp://HOST:PORT or ssl://HOST:PORT", e);
        }
        boolean known = "tcp".equals(uri.getScheme()) || "ssl".equals(uri.getScheme());
        if (!known || uri.getHost() == null || uri.getPort() < 1) {
            throw new IllegalArgumentException(
                    "broker.uris has '" + broker + "': write tcp://HOST:PORT or ssl://HOST:PORT");
        }
    }
}
