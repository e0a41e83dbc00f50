package org.millrace.wire.link;

import org.millrace.wire.frame.Frame;

/**
 * One end of an open link. Frames written arrive at the other end in order, or the link is lost.
 *
 * <p>All methods may be called from any thread and never block. After the link is closed, writes
 * are dropped: the {@link LinkListener} hears of the loss exactly once.
 */
public interface Link {
    /**
     * Queues a frame; it leaves at the latest with the next {@link #flush}. What it refers to
     * (lists, buffers) must not change afterwards.
     *
     * @throws org.millrace.wire.frame.ProtocolException when the frame is over a limit or not this
     *     end's to send; nothing was queued and the link is as before
     */
    void write(Frame frame);

    /**
     * Sends what was queued, together with what other threads queue close in time. Calls of one
     * turn of the event loop cost one system call.
     */
    void flush();

    /**
     * Whether the other end reads slower than we write and the queue is above its high-water mark.
     */
    boolean isCongested();

    /** Stops or goes on reading from the other end: back-pressure. */
    void setReading(boolean reading);

    /** Sends what was queued and closes. Any number of times. */
    void close();

    /** For logs: address and port of the other end. */
    String peer();
}
