package org.millrace.broker.settings;

/** A setting that is not allowed; the message says which, where, why and what is. */
public final class InvalidConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvalidConfigException(String message) {
        super(message);
    }
}
