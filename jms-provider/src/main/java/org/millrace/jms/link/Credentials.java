package org.millrace.jms.link;

import jakarta.jms.JMSException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;

/**
 * Who asks to be let in (§6.1.1).
 *
 * @param user empty for nobody in particular
 */
public record Credentials(String user, String password) {
    public static final Credentials ANONYMOUS = new Credentials("", "");

    private static final String MECHANISM_PLAIN = "PLAIN";
    private static final String MECHANISM_ANONYMOUS = "ANONYMOUS";

    /** What JMS calls pass; null means empty. */
    public static Credentials of(String user, String password) {
        return user == null && password == null
                ? ANONYMOUS
                : new Credentials(user == null ? "" : user, password == null ? "" : password);
    }

    /**
     * The first step of authentication with one of the broker's SASL mechanisms.
     *
     * @throws jakarta.jms.JMSSecurityException when none fits
     */
    Frame.Authenticate begin(List<String> mechanisms) throws JMSException {
        if (!user.isEmpty() && mechanisms.contains(MECHANISM_PLAIN)) {
            String response = "\0" + user + "\0" + password;
            return new Frame.Authenticate(
                    MECHANISM_PLAIN, ByteBuffer.wrap(response.getBytes(StandardCharsets.UTF_8)));
        }
        if (user.isEmpty() && mechanisms.contains(MECHANISM_ANONYMOUS)) {
            return new Frame.Authenticate(MECHANISM_ANONYMOUS, ByteBuffer.allocate(0));
        }
        throw Failures.of(
                ErrorCode.SECURITY,
                user.isEmpty()
                        ? "the broker takes no anonymous connections; give user name and password"
                        : "the broker offers %s, this client can use PLAIN".formatted(mechanisms));
    }

    @Override
    public String toString() {
        return user.isEmpty() ? "anonymous" : "user " + user;
    }
}
