package org.millrace.wire.link;

import java.io.IOException;

/** A link that could not be opened; the message names the endpoint and the cause. */
public final class LinkConnectException extends IOException {
    private static final long serialVersionUID = 1L;

    public LinkConnectException(String message) {
        super(message);
    }

    public LinkConnectException(String message, Throwable cause) {
        super(message, cause);
    }
}
