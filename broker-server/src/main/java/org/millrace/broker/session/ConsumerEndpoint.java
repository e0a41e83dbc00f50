package org.millrace.broker.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.millrace.broker.destination.Beginning;
import org.millrace.broker.destination.ConsumerRequest;
import org.millrace.broker.destination.Destination;
import org.millrace.broker.destination.DestinationOptions;
import org.millrace.broker.destination.EphemeralSubscriptions;
import org.millrace.broker.destination.Membership;
import org.millrace.broker.destination.Position;
import org.millrace.broker.dispatch.Assignment;
import org.millrace.broker.dispatch.Dispatched;
import org.millrace.broker.dispatch.Receiver;
import org.millrace.broker.dispatch.Seat;
import org.millrace.broker.dispatch.Subscription;
import org.millrace.broker.loop.Answer;
import org.millrace.broker.loop.RefusedException;
import org.millrace.broker.settings.BrokerSettings;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.admin.Holder;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.record.Record;

/**
 * The broker's half of a consumer: its credit and what was sent to it. Confined to the broker loop.
 *
 * <pre>
 *   OPENING --destination and subscription are there--> OPEN --> CLOSED
 *   OPENING --refused, closed before--> CLOSED
 * </pre>
 */
public final class ConsumerEndpoint implements Receiver {
    private enum State {
        OPENING,
        OPEN,
        CLOSED
    }

    /** A frame of deliveries is sent at this size; the link's congestion is looked at then. */
    private static final int FRAME_BYTES = 64 * 1024;

    private final int id;
    private final BrokerSession session;
    private final Peer peer;
    private final int maxRecordBytes;
    private State state = State.OPENING;
    private Assignment assignment = Assignment.SHARED;
    private Membership membership;
    private long openRequestId;
    private long credit;
    private int buffered;
    private List<Frame.Delivery> outgoing = new ArrayList<>();
    private int outgoingBytes;

    ConsumerEndpoint(int id, BrokerSession session, Peer peer, int maxRecordBytes) {
        this.id = id;
        this.session = session;
        this.peer = peer;
        this.maxRecordBytes = maxRecordBytes;
    }

    public int id() {
        return id;
    }

    public BrokerSession session() {
        return session;
    }

    /** Who it is and what it holds, for those who administer. */
    public Holder asHolder() {
        return new Holder(
                peer.connectionId(),
                peer.clientId(),
                peer.user(),
                peer.peer(),
                session.id(),
                id,
                buffered,
                session.oldestSince(this));
    }

    /** Takes its place; answers the request when deliveries may begin. */
    public void open(Frame.OpenConsumer frame, Rooms rooms) {
        openRequestId = frame.requestId();
        rooms.destinations()
                .use(
                        frame.destination(),
                        Answer.of(
                                destination -> findStart(frame, destination, rooms),
                                why -> refuse(frame, why)));
    }

    /** A consumer that was open before and comes back goes on where its subscription is. */
    private void findStart(Frame.OpenConsumer frame, Destination destination, Rooms rooms) {
        DestinationOptions options = DestinationOptions.of(frame.destination());
        assignment = options.assignment();
        Optional<Position> from = options.from();
        if (from.isEmpty() || frame.resumeToken() != 0) {
            join(frame, destination, new Beginning(from, Optional.empty()), rooms);
        } else {
            destination.find(
                    from.get(),
                    Answer.of(
                            start ->
                                    join(
                                            frame,
                                            destination,
                                            new Beginning(from, Optional.of(start)),
                                            rooms),
                            why -> refuse(frame, why)));
        }
    }

    private void join(
            Frame.OpenConsumer frame, Destination destination, Beginning beginning, Rooms rooms) {
        if (state == State.CLOSED) {
            return;
        }
        try {
            destination.checkReadableBy(peer.connectionId());
            ConsumerRequest request =
                    new ConsumerRequest(
                            frame.kind(),
                            frame.subscription(),
                            frame.selector(),
                            frame.noLocal(),
                            peer.clientId(),
                            peer.connectionId(),
                            this,
                            beginning);
            membership =
                    resumed(frame, rooms)
                            .orElseGet(() -> rooms.subscriptions().join(request, destination));
        } catch (RefusedException refused) {
            refuse(frame, refused);
            return;
        }
        membership
                .subscription()
                .whenOpen(
                        () -> {
                            if (state == State.OPENING) {
                                state = State.OPEN;
                                peer.write(
                                        new Frame.ConsumerOpened(
                                                frame.requestId(), resumeToken(frame, beginning)));
                                membership.seat().becameReady();
                            }
                        });
    }

    /** Who began somewhere must not begin there again when it comes back. */
    private long resumeToken(Frame.OpenConsumer frame, Beginning beginning) {
        boolean moved = beginning.start().isPresent() || frame.resumeToken() != 0;
        return moved
                ? membership.subscription().id()
                : EphemeralSubscriptions.resumeToken(membership);
    }

    /** Its old place in a subscription that would have ended with its consumer. */
    private Optional<Membership> resumed(Frame.OpenConsumer frame, Rooms rooms) {
        return peer.resumes(frame.resumeToken())
                ? rooms.subscriptions().ephemeral().rejoin(frame.resumeToken(), this)
                : Optional.empty();
    }

    private void refuse(Frame.OpenConsumer frame, RefusedException why) {
        if (state != State.CLOSED) {
            state = State.CLOSED;
            session.forget(this);
            peer.refused(this);
            peer.write(new Frame.Failed(frame.requestId(), why.code(), why.getMessage()));
        }
    }

    /** Client: so many more messages may be sent. */
    public void addCredit(int messages) {
        if (messages <= 0) {
            throw RefusedException.of(
                    ErrorCode.PROTOCOL, "credit of %d messages for consumer %d", messages, id);
        }
        credit += messages;
        becameReady();
    }

    /** The link has room again, or credit came. */
    void becameReady() {
        if (state == State.OPEN) {
            membership.seat().becameReady();
        }
    }

    void revokeCredit() {
        credit = 0;
    }

    /** Client: tell when there is nothing more to get now. */
    public void drain(long requestId) {
        if (state == State.OPEN) {
            membership.seat().drain(() -> peer.write(new Frame.Done(requestId)));
        } else {
            peer.write(new Frame.Done(requestId));
        }
    }

    /** Its oldest unanswered reclaim is answered. */
    void gaveBack() {
        if (state == State.OPEN) {
            membership.seat().gaveBack();
        }
    }

    /** One of its deliveries is no longer its: acknowledged, given back or released. */
    void lost() {
        buffered--;
    }

    /** It has acknowledged what it {@link #lost}. */
    void finished() {
        if (state == State.OPEN) {
            membership.seat().finished();
        }
    }

    /** Leaves its subscription; what it was sent stays with the session. */
    void close(Rooms rooms) {
        if (state != State.CLOSED) {
            if (state == State.OPENING) {
                peer.write(
                        new Frame.Failed(
                                openRequestId,
                                ErrorCode.ILLEGAL_STATE,
                                "consumer " + id + " was closed before it was open"));
            }
            state = State.CLOSED;
            if (membership != null) {
                rooms.subscriptions().ephemeral().leave(membership);
            }
        }
    }

    /** The link was lost: as {@link #close}, but its client may come back for its subscription. */
    void lose(Rooms rooms) {
        if (state == State.OPEN && EphemeralSubscriptions.isResumable(membership)) {
            state = State.CLOSED;
            rooms.subscriptions().ephemeral().suspend(membership);
            peer.suspended(EphemeralSubscriptions.resumeToken(membership));
        } else {
            close(rooms);
        }
    }

    // ---------------------------------------------------------------- as the dispatcher sees it

    @Override
    public boolean isReady() {
        return state == State.OPEN && credit > 0 && !session.isFull() && !peer.isCongested();
    }

    @Override
    public boolean hasCredit() {
        return state == State.OPEN && credit > 0 && !session.isFull();
    }

    @Override
    public Assignment assignment() {
        return assignment;
    }

    @Override
    public int buffered() {
        return buffered;
    }

    @Override
    public void deliver(Dispatched message) {
        Record record = message.record();
        if (record.sizeBytes() > maxRecordBytes) {
            refuse(message);
            return;
        }
        int bytes = record.sizeBytes() + BrokerSettings.DELIVERY_BYTES;
        if (outgoingBytes + bytes > Math.min(FRAME_BYTES, maxRecordBytes)) {
            // A large one leaves alone: with others it might be more than a frame can hold.
            flush();
        }
        credit--;
        buffered++;
        long deliveryId = session.track(this, message);
        outgoing.add(
                new Frame.Delivery(
                        deliveryId,
                        message.partition().partitionNumber(),
                        record.offset(),
                        record.timestamp(),
                        message.lease().deliveryCount(),
                        record.bytes()));
        outgoingBytes += bytes;
        if (outgoingBytes >= FRAME_BYTES) {
            flush();
        }
    }

    /** The limit was higher when it was sent, or it became larger as a letter. */
    private void refuse(Dispatched message) {
        message.partition()
                .reject(
                        message.lease(),
                        "message of %d bytes, at most %d can be delivered; see maxFrameBytes"
                                .formatted(message.record().sizeBytes(), maxRecordBytes),
                        () -> {});
    }

    @Override
    public void flush() {
        if (!outgoing.isEmpty()) {
            peer.write(new Frame.Deliver(id, session.epoch(), outgoing));
            outgoing = new ArrayList<>(outgoing.size());
            outgoingBytes = 0;
        }
    }

    @Override
    public void reclaim() {
        session.reclaimed(this);
        peer.write(new Frame.Reclaim(id));
    }

    @Override
    public boolean sharesSessionWith(Receiver other) {
        return other instanceof ConsumerEndpoint endpoint && endpoint.session == session;
    }

    @Override
    public void moved(Subscription to, Seat seat) {
        membership = new Membership(membership.destination(), to, seat);
    }

    @Override
    public void closed(String reason) {
        if (state != State.CLOSED) {
            state = State.CLOSED;
            session.forget(this);
            peer.write(new Frame.EndpointClosed(id, false, ErrorCode.INVALID_DESTINATION, reason));
        }
    }
}
