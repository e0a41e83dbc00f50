package org.millrace.jms.link;

import java.util.concurrent.CompletableFuture;
import org.millrace.foundation.Loop;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.link.Link;
import org.millrace.wire.link.LinkListener;

/**
 * One of the links that a {@link ClientLink} has in its life, from the first frame of the handshake
 * to its loss. Numbers ascend. Writing and {@link #close} from any thread, all else on the client
 * event loop.
 */
final class Line implements LinkListener {
    /** Hears of a line that is past its handshake. On the client event loop. */
    interface Owner {
        void onFrame(Line line, Frame frame);

        void onRoom();

        /** Last call. */
        void onClosed(Line line, ErrorCode code, String reason);
    }

    private final int number;
    private final Owner owner;
    private final Handshake handshake;
    private volatile Link link;
    private volatile boolean closed;
    private Frame.Goodbye goodbye;

    Line(int number, Credentials credentials, Loop loop, Owner owner) {
        this.number = number;
        this.owner = owner;
        this.handshake = new Handshake(credentials, loop);
    }

    int number() {
        return number;
    }

    /** Completed on the client event loop. */
    CompletableFuture<Handshake.Admission> admission() {
        return handshake.outcome();
    }

    /** Sends a frame; dropped when the line is closed. */
    void post(Frame frame) {
        link.write(frame);
        link.flush();
    }

    /** As {@link #post}; leaves with the next flush. */
    void write(Frame frame) {
        link.write(frame);
    }

    void flush() {
        link.flush();
    }

    boolean isCongested() {
        return link.isCongested();
    }

    boolean isClosed() {
        return closed;
    }

    String peer() {
        Link open = link;
        return open == null ? "no broker" : open.peer();
    }

    /** Any number of times; a line that is still being opened closes as soon as it is. */
    void close() {
        closed = true;
        Link open = link;
        if (open != null) {
            open.close();
        }
    }

    // ---- client event loop

    @Override
    public void onOpen(Link opened) {
        link = opened;
        if (closed) {
            opened.close();
        } else {
            handshake.begin(opened);
        }
    }

    @Override
    public void onFrame(Frame frame) {
        if (handshake.isOver()) {
            if (frame instanceof Frame.Goodbye reason) {
                goodbye = reason;
            } else {
                owner.onFrame(this, frame);
            }
        } else {
            handshake.onFrame(link, frame);
        }
    }

    @Override
    public void onReadComplete() {
        // Nothing to flush: answers go out at once.
    }

    @Override
    public void onDrained() {
        owner.onRoom();
    }

    @Override
    public void onClose(String reason) {
        closed = true;
        ErrorCode code = goodbye == null ? ErrorCode.LINK_LOST : goodbye.code();
        String story = goodbye == null ? reason : goodbye.message() + " (" + reason + ")";
        handshake.refuse(code, "link closed: " + story);
        owner.onClosed(this, code, story);
    }
}
