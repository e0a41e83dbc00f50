package org.millrace.broker.admin;

import org.millrace.broker.loop.RefusedException;
import org.millrace.wire.ErrorCode;

/**
 * Where in a list the next page begins: behind this destination, or within it behind something of
 * it, in the order of their ids.
 */
record Place(long destinationId, long within) {
    /** Before everything. */
    static final Place START = new Place(0, Long.MAX_VALUE);

    static Place behind(long destinationId) {
        return new Place(destinationId, Long.MAX_VALUE);
    }

    /**
     * @throws RefusedException when it is none that a page named
     */
    static Place parse(String text) {
        if (text.isEmpty()) {
            return START;
        }
        int slash = text.indexOf('/');
        try {
            if (slash > 0) {
                return new Place(
                        Long.parseLong(text.substring(0, slash)),
                        Long.parseLong(text.substring(slash + 1)));
            }
        } catch (NumberFormatException wrong) {
            throw refused();
        }
        throw refused();
    }

    private static RefusedException refused() {
        return RefusedException.of(
                ErrorCode.INVALID_ARGUMENT, "'after' is not what a page called 'next'");
    }

    /** Behind what the destination with this id begins, as far as pages before did not show it. */
    long withinOf(long id) {
        return id == destinationId ? within : -1;
    }

    /** The last id of a destination that needs not be looked at any more. */
    long finishedId() {
        return within == Long.MAX_VALUE ? destinationId : destinationId - 1;
    }

    String text() {
        return destinationId + "/" + within;
    }
}
