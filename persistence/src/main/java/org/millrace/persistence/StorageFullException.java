package org.millrace.persistence;

/**
 * There is no room for the appends of a unit; nothing of it was changed. The same unit may succeed
 * later.
 */
public final class StorageFullException extends StorageException {
    private static final long serialVersionUID = 1L;

    public StorageFullException(String message) {
        super(message);
    }
}
