package org.millrace.wire.frame;

import org.millrace.wire.ErrorCode;

/**
 * Bytes or frames that the link protocol does not allow. Read: the link is closed with this code
 * and message. Written: the frame was refused and nothing was queued.
 */
public final class ProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    public ProtocolException(ErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    public ProtocolException(ErrorCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public ErrorCode code() {
        return code;
    }
}
