package org.millrace.broker.loop;

import org.millrace.wire.ErrorCode;

/** A request that is refused and changed nothing; becomes a {@code Failed} frame. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    public RefusedException(ErrorCode code, String message) {
        // A refusal is an answer, not an accident: no stack trace.
        super(message, null, false, false);
        this.code = code;
    }

    public static RefusedException of(ErrorCode code, String format, Object... arguments) {
        return new RefusedException(code, format.formatted(arguments));
    }

    public static RefusedException unsupported(String feature) {
        return new RefusedException(
                ErrorCode.UNSUPPORTED, feature + ": not supported by this broker version");
    }

    public ErrorCode code() {
        return code;
    }
}
