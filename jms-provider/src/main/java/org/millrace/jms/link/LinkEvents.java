package org.millrace.jms.link;

import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;

/**
 * What a link tells its connection without being asked. Called on the client event loop, one call
 * at a time, in the order of the frames; must not wait and must not call foreign code.
 */
public interface LinkEvents {
    void onDeliver(Frame.Deliver deliver);

    void onReclaim(Frame.Reclaim reclaim);

    void onEndpointClosed(Frame.EndpointClosed closed);

    /** Last call; every request was failed with {@link ErrorCode#LINK_LOST} before. */
    void onLost(ErrorCode code, String reason);
}
