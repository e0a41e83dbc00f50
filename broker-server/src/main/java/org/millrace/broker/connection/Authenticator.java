package org.millrace.broker.connection;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.millrace.broker.loop.RefusedException;

/**
 * Decides who clients are. Called on the broker loop; must not block. Answers come once, at once or
 * later, on any thread.
 */
public interface Authenticator {
    /** Tells the SASL mechanisms on offer, the favourite first. */
    void offer(Consumer<List<String>> then);

    /**
     * Begins a conversation.
     *
     * @param peer address and port, for logs and against guessing
     */
    Conversation begin(String peer);

    /** One authentication in progress; the next step is asked for when the last was answered. */
    interface Conversation {
        /**
         * @param mechanism the client's choice; may be empty after the first step
         */
        void next(String mechanism, ByteBuffer response, Consumer<Step> then);
    }

    /** What follows from a response of the client. */
    sealed interface Step {}

    /** The client must answer this. */
    record Challenge(ByteBuffer data) implements Step {}

    /** The client is {@code user}, empty for an anonymous one, and may do what its role says. */
    record Success(String user, Role role, ByteBuffer data) implements Step {}

    /** The client is not let in; the conversation is over. */
    record Refusal(RefusedException reason) implements Step {}
}
