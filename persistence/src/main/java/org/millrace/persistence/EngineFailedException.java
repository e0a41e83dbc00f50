package org.millrace.persistence;

/** The engine stopped for good, for example because a force failed; only a restart helps. */
public final class EngineFailedException extends StorageException {
    private static final long serialVersionUID = 1L;

    public EngineFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
