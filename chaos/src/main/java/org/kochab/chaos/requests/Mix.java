package org.kochab.chaos.requests;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/** What is asked for, again and again. Any thread, but what is of one connection by one at a time. */
interface Mix {
    /** How many kinds of requests there are; each connection asks for one after the other. */
    int kinds();

    /** What the kind is called. */
    String name(int kind);

    /** All names, each once. */
    default List<String> names() {
        return IntStream.range(0, kinds()).mapToObj(this::name).distinct().toList();
    }

    /** Makes what the requests of a connection need; 429 if that is to be tried again. */
    Connection.Answer prepare(Connection connection, int number) throws IOException;

    /**
     * One request.
     *
     * @param number the connection's
     * @param cycle how often all kinds were asked for over this connection
     */
    Connection.Answer ask(Connection connection, int number, int kind, long cycle) throws IOException;
}
