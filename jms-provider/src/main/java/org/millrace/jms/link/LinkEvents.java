package org.millrace.jms.link;

import jakarta.jms.JMSException;
import org.millrace.wire.frame.Frame;

/**
 * What a link tells its connection without being asked. Called on the client event loop, one call
 * at a time, in the order of the frames; must not wait and must not call foreign code.
 */
public interface LinkEvents {
    void onDeliver(Frame.Deliver deliver);

    void onReclaim(Frame.Reclaim reclaim);

    void onEndpointClosed(Frame.EndpointClosed closed);

    /** Something that nobody waits for was refused: a message that is sent at most once (§7.7). */
    void onRefused(JMSException why);

    /** The link is lost and another is being opened. Called before requests bound to it fail. */
    void onLost(JMSException why);

    /** The link is open and restored; what was asked in the meantime is on its way. */
    void onOpened(int lineNumber);

    /** The link is lost for good. Last call; called before what was asked fails. */
    void onEnded(JMSException why);
}
