package org.kochab.gateway.internal.service;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kochab.gateway.internal.core.ApiError;
import org.kochab.gateway.internal.core.ApiError.About;
import org.kochab.gateway.internal.core.Json;

/** The answer's side of a request: exactly one of its methods is called, once. Any thread; none blocks. */
public interface Exchange {
    String JSON = "application/json";

    /** @param warnings sentences that the client shows to its user */
    void answer(int code, String contentType, byte[] body, List<String> warnings, int retryAfterSeconds);

    /** Begins an answer that goes on. */
    Stream stream(String contentType);

    /**
     * Gives the connection to channels, in place of an answer.
     *
     * @param wanted what is sent on
     * @param ready told once, on any thread, when the client has opened all of them; never if it goes away before
     * @throws ApiError if the client has not asked for channels in a form that is known here; nothing is begun then
     */
    Channels channels(Set<Channels.Channel> wanted, Consumer<Channels> ready);

    /**
     * Gives the connection to others that it carries, in place of an answer.
     *
     * @throws ApiError if the client has not asked for that in a form that is known here; nothing is begun then
     */
    Forwards forwards(Forwards.Opener opener);

    /** Told once when the client has gone away without an answer, or in the middle of it. */
    void onGone(Runnable signal);

    default void answer(int code, JsonNode body, List<String> warnings) {
        answer(code, JSON, Json.bytes(body), warnings, 0);
    }

    default void refuse(ApiError error, @Nullable About about) {
        answer(error.code(), JSON, Json.bytes(error.status(about)), List.of(), error.retryAfter());
    }

    /** What goes on until one side ends it. */
    interface Ongoing {
        /** Told once when it has ended, whoever ended it; at once if it has. */
        void onEnd(Runnable signal);
    }

    /** An answer in parts. Any thread; none of the methods blocks. */
    interface Stream extends Ongoing {
        /** Sends a part; parts beyond what {@link #isWritable} allows are kept in memory until the client has read what was before. */
        void send(byte[] part);

        /** Whether the client keeps up. */
        boolean isWritable();

        /** Told when the client has caught up after it did not keep up. */
        void onWritable(Runnable signal);

        /** Ends it after this time. */
        void endAfter(long seconds);

        void end();
    }
}
