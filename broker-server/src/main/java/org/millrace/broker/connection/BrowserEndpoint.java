package org.millrace.broker.connection;

import java.util.ArrayList;
import java.util.List;
import org.millrace.broker.destination.Destination;
import org.millrace.broker.destination.DestinationOptions;
import org.millrace.broker.dispatch.Browse;
import org.millrace.broker.loop.Answer;
import org.millrace.broker.loop.RefusedException;
import org.millrace.broker.session.Rooms;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.record.Record;

/**
 * The broker's half of a queue browser (§4.1.6). Confined to the broker loop. Answers one request
 * at a time, so that a browser holds at most one page.
 */
final class BrowserEndpoint {
    private static final int MAX_PAGE_MESSAGES = 1024;

    private final int id;
    private final ClientConnection connection;
    private Browse browse;
    private boolean closed;

    BrowserEndpoint(int id, ClientConnection connection) {
        this.id = id;
        this.connection = connection;
    }

    /** What is there when the request is answered is what it shows. */
    void open(Frame.OpenBrowser frame, Rooms rooms, Runnable whenRefused) {
        try {
            checkAsksNoPosition(frame);
        } catch (RefusedException refused) {
            refuse(frame, refused, whenRefused);
            return;
        }
        rooms.destinations()
                .use(
                        frame.queue(),
                        Answer.of(
                                found -> opened(frame, found, rooms, whenRefused),
                                why -> refuse(frame, why, whenRefused)));
    }

    private static void checkAsksNoPosition(Frame.OpenBrowser frame) {
        if (DestinationOptions.of(frame.queue()).from().isPresent()) {
            throw RefusedException.of(
                    ErrorCode.INVALID_DESTINATION,
                    "%s: a browser shows what is there and cannot begin elsewhere; leave out from",
                    frame.queue());
        }
    }

    private void opened(
            Frame.OpenBrowser frame, Destination found, Rooms rooms, Runnable whenRefused) {
        if (closed) {
            return;
        }
        try {
            found.checkReadableBy(connection.connectionId());
            browse = rooms.subscriptions().browse(found, frame.selector());
            connection.write(new Frame.Done(frame.requestId()));
        } catch (RefusedException refused) {
            refuse(frame, refused, whenRefused);
        }
    }

    private void refuse(Frame.OpenBrowser frame, RefusedException why, Runnable whenRefused) {
        if (!closed) {
            closed = true;
            whenRefused.run();
            connection.write(new Frame.Failed(frame.requestId(), why.code(), why.getMessage()));
        }
    }

    /**
     * @throws RefusedException when the last request was not answered yet
     */
    void next(Frame.BrowseNext frame) {
        if (browse == null || browse.isBusy()) {
            throw RefusedException.of(
                    ErrorCode.ILLEGAL_STATE,
                    "browser %d is %s; wait for the answer",
                    id,
                    browse == null ? "being opened" : "reading a page");
        }
        if (frame.maxMessages() < 1) {
            throw RefusedException.of(
                    ErrorCode.INVALID_ARGUMENT,
                    "page of %d messages, expected at least 1",
                    frame.maxMessages());
        }
        browse.next(
                Math.min(frame.maxMessages(), MAX_PAGE_MESSAGES),
                page -> connection.write(toFrame(frame.requestId(), page)));
    }

    private static Frame.BrowsePage toFrame(long requestId, Browse.Page page) {
        List<Frame.Delivery> messages = new ArrayList<>(page.messages().size());
        for (Browse.Shown each : page.messages()) {
            Record record = each.record();
            messages.add(
                    new Frame.Delivery(
                            0,
                            each.partition(),
                            record.offset(),
                            record.timestamp(),
                            each.deliveryCount(),
                            record.bytes()));
        }
        return new Frame.BrowsePage(requestId, page.last(), messages);
    }

    void close() {
        closed = true;
        if (browse != null) {
            browse.close();
        }
    }
}
