package org.millrace.wire;

/**
 * Stable names of what can be refused. On the wire as {@link #id}, in {@code
 * JMSException.getErrorCode()} as {@link #name()}. Ids are never reused.
 */
public enum ErrorCode {
    /**
     * Bytes that are not a frame, or a frame that is not allowed here. The connection is closed.
     */
    PROTOCOL(1),
    /** No version in common. The connection is closed. */
    VERSION(2),
    /** Wrong credentials, or a right is missing. */
    SECURITY(3),
    /** The destination does not exist, was deleted, or may not be used so. */
    INVALID_DESTINATION(4),
    INVALID_SELECTOR(5),
    /** The client id is used by another connection, or malformed. */
    INVALID_CLIENT_ID(6),
    /** The operation is not allowed in this state. */
    ILLEGAL_STATE(7),
    /** No subscription of this name. */
    UNKNOWN_SUBSCRIPTION(8),
    /** The subscription or destination has an active consumer, or is of another kind. */
    IN_USE(9),
    /**
     * No room: disk, memory, or a limit of the destination. Nothing was changed; the same may
     * succeed later.
     */
    RESOURCE_LIMIT(10),
    /** The message is larger than the broker takes. */
    MESSAGE_TOO_LARGE(11),
    /** The transaction was rolled back instead of committed. */
    ROLLED_BACK(12),
    /** The broker is stopping, or its store failed. Whether the operation happened is not known. */
    BROKER_STOPPED(13),
    /** The feature is not there yet; the message names it. */
    UNSUPPORTED(14),
    /**
     * The link was lost and whether the operation happened is not known. Never sent; made by the
     * client.
     */
    LINK_LOST(15),
    /** An argument outside what is allowed; the message names it. */
    INVALID_ARGUMENT(16),
    /** A bug in the broker; its log has the details. */
    INTERNAL(17),
    /** An XA operation was refused; the message begins with the XA error code. */
    XA(18);

    private final int id;

    ErrorCode(int id) {
        this.id = id;
    }

    public int id() {
        return id;
    }

    /** The code of this id; {@link #INTERNAL} for ids of a newer version. */
    public static ErrorCode ofId(int id) {
        for (ErrorCode code : values()) {
            if (code.id == id) {
                return code;
            }
        }
        return INTERNAL;
    }
}
