package org.millrace.broker.connection;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.millrace.broker.loop.RefusedException;
import org.millrace.wire.ErrorCode;

/**
 * Lets everybody in without asking who it is: for in-memory brokers, tests and demonstrations.
 * Stateless.
 */
public final class AnonymousAuthenticator implements Authenticator {
    public static final String MECHANISM = "ANONYMOUS";

    @Override
    public void offer(Consumer<List<String>> then) {
        then.accept(List.of(MECHANISM));
    }

    @Override
    public Conversation begin(String peer) {
        return (mechanism, response, then) ->
                then.accept(
                        mechanism.equals(MECHANISM)
                                ? new Success("", Role.ADMIN, ByteBuffer.allocate(0))
                                : notOffered(mechanism, List.of(MECHANISM)));
    }

    /** The client chose what is not there for it. */
    public static Refusal notOffered(String mechanism, List<String> offered) {
        return new Refusal(
                RefusedException.of(
                        ErrorCode.SECURITY,
                        "mechanism '%s' is not offered, expected one of %s",
                        mechanism,
                        offered));
    }
}
