package org.millrace.wire.link;

import org.millrace.wire.frame.Frame;

/** Hears of one link. Called on the link's event loop, one call at a time, in order. */
public interface LinkListener {
    void onOpen(Link link);

    void onFrame(Frame frame);

    /**
     * The frames that arrived together have all been given to {@link #onFrame}; a good time to
     * flush.
     */
    void onReadComplete();

    /** The write queue fell below its low-water mark. */
    void onDrained();

    /** Last call. {@code reason} is for people and names the peer. */
    void onClose(String reason);
}
