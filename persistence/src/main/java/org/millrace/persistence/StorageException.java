package org.millrace.persistence;

/**
 * A store that cannot be opened or read. The message says what failed, on what, expected and found,
 * and what to do.
 */
public class StorageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StorageException(String message) {
        super(message);
    }

    public StorageException(String message, Throwable cause) {
        super(message, cause);
    }
}
