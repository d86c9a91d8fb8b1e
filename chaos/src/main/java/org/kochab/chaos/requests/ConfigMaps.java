package org.kochab.chaos.requests;

import java.io.IOException;
import java.util.List;

/** Of four requests one changes a config map, one reads it, one lists them and one reads the namespace. */
final class ConfigMaps implements Mix {
    private static final List<String> KINDS = List.of("put", "get", "list", "namespace");
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final int CONFLICT = 409;

    @Override
    public int kinds() {
        return KINDS.size();
    }

    @Override
    public String name(int kind) {
        return KINDS.get(kind);
    }

    static String map(String name, long value) {
        return "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"" + name
                + "\"},\"data\":{\"value\":\"" + value + "\"}}";
    }

    private static String own(int number) {
        return "load-" + number;
    }

    @Override
    public Connection.Answer prepare(Connection connection, int number) throws IOException {
        Connection.Answer answer = connection.ask("POST", MAPS, map(own(number), 0));
        return answer.code() == CONFLICT ? connection.ask("GET", MAPS + "/" + own(number), "") : answer;
    }

    @Override
    public Connection.Answer ask(Connection connection, int number, int kind, long cycle) throws IOException {
        return switch (kind) {
            case 0 -> connection.ask("PUT", MAPS + "/" + own(number), map(own(number), cycle));
            case 1 -> connection.ask("GET", MAPS + "/" + own(number), "");
            case 2 -> connection.ask("GET", MAPS + "?limit=50", "");
            default -> connection.ask("GET", "/api/v1/namespaces/default", "");
        };
    }
}
