package org.kochab.mqtt.internal.core;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.mqtt.MqttAuthentication;
import org.kochab.spi.mqtt.MqttAuthenticator;
import org.kochab.spi.mqtt.MqttConnection;
import org.kochab.spi.mqtt.MqttPrincipal;

/**
 * Lets anybody in who connects from this machine over a loopback address, and nobody else. Who calls itself
 * {@code node:{rm}:{node}}, as user or as client, gets a node's rights; every other client is trusted.
 */
public final class LoopbackAuthenticator implements MqttAuthenticator {
    private static final String NODE = "node:";
    private static final Pattern NODE_NAME = Pattern.compile("node:([^:]+):([^:]+)");

    @Override
    public CompletionStage<MqttAuthentication> authenticate(MqttConnection connection) {
        return CompletableFuture.completedFuture(decide(connection));
    }

    private static MqttAuthentication decide(MqttConnection connection) {
        if (!connection.loopback()) {
            return new MqttAuthentication.Refused(
                    MqttAuthentication.Cause.NOT_AUTHORISED,
                    "Anonymous clients are let in over loopback only; install an MqttAuthenticator for remote ones.");
        }
        String name = isNode(connection.userName()) ? connection.userName() : connection.clientId();
        if (!isNode(name)) {
            return new MqttAuthentication.Accepted(new MqttPrincipal.Trusted("local"));
        }
        Matcher parts = NODE_NAME.matcher(name);
        if (parts.matches()) {
            try {
                return new MqttAuthentication.Accepted(new MqttPrincipal.Node(parts.group(1), parts.group(2)));
            } catch (IllegalArgumentException invalid) {
                return refused(invalid.getMessage());
            }
        }
        return refused("a node's name has the form node:{resource manager}:{node}");
    }

    private static boolean isNode(@Nullable String name) {
        return name != null && name.startsWith(NODE);
    }

    private static MqttAuthentication refused(@Nullable String explanation) {
        return new MqttAuthentication.Refused(
                MqttAuthentication.Cause.BAD_CREDENTIALS, explanation == null ? "bad credentials" : explanation);
    }
}
