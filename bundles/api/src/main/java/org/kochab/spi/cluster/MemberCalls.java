package org.kochab.spi.cluster;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Calls between the members of one control plane: bytes there, bytes back. Safe for any thread, never blocks. A registered service is
 * connected; it is withdrawn before it ends.
 *
 * <p>A call is answered once, by its answer or by {@link MemberCallException}, at most its time-out and a second later. It is never repeated by
 * itself: whoever calls knows what may be done twice. Requests that one thread sends to one member arrive in their order.
 */
@ConsumerType
public interface MemberCalls {
    /** Most bytes of a request or of an answer. */
    int MAX_BYTES = 12 << 20;

    /** Most calls that one member has under way. */
    int MAX_CALLS = 4_096;

    /** Most bytes of requests that one member has under way. */
    long MAX_CALL_BYTES = 48L << 20;

    /** The longest time-out. */
    Duration MAX_TIMEOUT = Duration.ofMinutes(5);

    /** Name of this member. */
    String member();

    /** The members seen now, this one included, by name. Answers from memory; a member that has just died may still be among them. */
    List<String> members();

    /**
     * Asks a member; asking oneself works like asking another.
     *
     * @param service what is asked, as in {@link #serve}
     * @param payload handed over, not to be changed afterwards
     * @return the answer, or a failure with {@link MemberCallException}. Completes on a thread of the engine: go on elsewhere for anything slow
     * @throws IllegalArgumentException if {@code timeout} is not positive or longer than {@link #MAX_TIMEOUT}
     */
    CompletionStage<byte[]> request(String member, String service, byte[] payload, Duration timeout);

    /**
     * Serves what other members ask, until the answer is closed. Closing does not wait for calls under way.
     *
     * @throws IllegalArgumentException if the service is served already
     */
    Serving serve(String service, Handler handler);

    /** Ends what {@link #serve} began. Closing twice does nothing. */
    @ConsumerType
    interface Serving extends AutoCloseable {
        @Override
        void close();
    }

    /** Answers requests. */
    @ConsumerType
    interface Handler {
        /**
         * Must return at once: the next request waits. A stage that fails, or an exception, is the asker's
         * {@link MemberCallException.Reason#FAILED} with the same message.
         *
         * @param from the member that asks
         */
        CompletionStage<byte[]> handle(String from, byte[] payload);
    }
}
