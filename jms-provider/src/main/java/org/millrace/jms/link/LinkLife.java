package org.millrace.jms.link;

/**
 * What becomes of the link of one connection.
 *
 * <pre>
 *   CONNECTING ----> OPEN <----> RECONNECTING
 *        |            |               |
 *        +------------+---> CLOSED <--+
 * </pre>
 */
enum LinkLife {
    /** The first link is being opened. */
    CONNECTING,
    OPEN,
    /** The link was lost, another is being opened and made what the old one was. */
    RECONNECTING,
    /** Closed by the application, or lost for good. */
    CLOSED;

    boolean canBecome(LinkLife next) {
        return switch (this) {
            case CONNECTING, RECONNECTING -> next == OPEN || next == CLOSED;
            case OPEN -> next == RECONNECTING || next == CLOSED;
            case CLOSED -> false;
        };
    }
}
