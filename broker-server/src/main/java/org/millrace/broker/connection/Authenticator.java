package org.millrace.broker.connection;

import java.nio.ByteBuffer;
import java.util.List;
import org.millrace.broker.loop.RefusedException;

/** Decides who a client is. Called on the broker loop; must not block. */
public interface Authenticator {
    /** SASL mechanisms, the favourite first. */
    List<String> mechanisms();

    /**
     * Begins a conversation.
     *
     * @throws RefusedException when the mechanism is not offered
     */
    Conversation begin(String mechanism);

    /** One authentication in progress. */
    interface Conversation {
        /**
         * @throws RefusedException when the client is not who it says
         */
        Step next(ByteBuffer response);
    }

    /** What follows from a response of the client. */
    sealed interface Step {}

    /** The client must answer this. */
    record Challenge(ByteBuffer data) implements Step {}

    /** The client is {@code user}; empty for an anonymous one. */
    record Success(String user, ByteBuffer data) implements Step {}
}
