package org.kochab.agent.internal.osgi;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.kochab.agent.internal.node.Settings;
import org.kochab.api.identity.JoinToken;

/** Reads the configuration once; what is wrong is refused with its key. */
final class AgentSettings {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");
    private static final List<String> SCHEMES = List.of("tcp", "ssl", "ws", "wss");

    private AgentSettings() {}

    static Settings read(AgentConfig config) {
        String node = config.node().isEmpty() ? hostName() : config.node();
        return new Settings(
                name("node", node),
                name("resource.manager", config.resource_manager()),
                Arrays.stream(config.brokers())
                        .flatMap(uris -> Arrays.stream(uris.split(",")))
                        .map(AgentSettings::broker)
                        .toList(),
                Path.of(config.directory()).toAbsolutePath(),
                Duration.ofSeconds(between("heartbeat.seconds", config.heartbeat_seconds(), 1, 3600)),
                pairs("capacity", config.capacity()),
                pairs("reserve", config.reserve()),
                pairs("labels", config.labels()),
                Duration.ofSeconds(between("wait.for.drivers.seconds", config.wait_for_drivers_seconds(), 0, 600)),
                Duration.ofSeconds(between("reconnect.seconds", config.reconnect_seconds(), 1, 3600)),
                config._join_token().isBlank() ? Optional.empty() : Optional.of(JoinToken.parse(config._join_token())));
    }

    private static String name(String key, String value) {
        if (!NAME.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    key + " '" + value + "' is not valid: use lower-case letters, digits, '-' and '.'");
        }
        return value;
    }

    private static URI broker(String text) {
        URI uri = URI.create(text.strip());
        if (uri.getScheme() == null || !SCHEMES.contains(uri.getScheme()) || uri.getHost() == null) {
            throw new IllegalArgumentException(
                    "brokers: '" + text + "' is not valid: write, for example, tcp://127.0.0.1:1883");
        }
        return uri;
    }

    private static int between(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + " is " + value + ": use " + least + " to " + most);
        }
        return value;
    }

    private static SortedMap<String, String> pairs(String key, String[] entries) {
        SortedMap<String, String> pairs = new TreeMap<>();
        for (String entry : entries) {
            int equals = entry.indexOf('=');
            if (entry.isBlank()) {
                continue;
            }
            if (equals < 1) {
                throw new IllegalArgumentException(key + ": '" + entry + "' is not NAME=VALUE");
            }
            pairs.put(
                    entry.substring(0, equals).strip(),
                    entry.substring(equals + 1).strip());
        }
        return pairs;
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("the host has no name: set node", e);
        }
    }
}
