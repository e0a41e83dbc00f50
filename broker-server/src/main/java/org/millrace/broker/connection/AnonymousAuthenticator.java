package org.millrace.broker.connection;

import java.nio.ByteBuffer;
import java.util.List;
import org.millrace.broker.loop.RefusedException;
import org.millrace.wire.ErrorCode;

/** Lets everybody in without asking who it is: for in-memory brokers, tests and demonstrations. */
public final class AnonymousAuthenticator implements Authenticator {
    private static final String MECHANISM = "ANONYMOUS";

    @Override
    public List<String> mechanisms() {
        return List.of(MECHANISM);
    }

    @Override
    public Conversation begin(String mechanism) {
        if (!mechanism.equals(MECHANISM)) {
            throw RefusedException.of(
                    ErrorCode.SECURITY,
                    "mechanism '%s' is not offered, expected %s",
                    mechanism,
                    MECHANISM);
        }
        return response -> new Success("", ByteBuffer.allocate(0));
    }
}
