package org.millrace.broker.session;

import org.millrace.broker.destination.Arrival;
import org.millrace.broker.destination.Destination;
import org.millrace.broker.destination.DestinationUser;
import org.millrace.broker.loop.Answer;
import org.millrace.broker.loop.Ground;
import org.millrace.broker.loop.RefusedException;
import org.millrace.persistence.PartitionId;
import org.millrace.persistence.UnitOfWork;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.record.RecordBatch;

/**
 * The broker's half of a producer: stores each batch once. Confined to the broker loop.
 *
 * <p>Refuse, then change, then answer: whatever can be wrong is found before anything is kept. A
 * refused send keeps its sequence a gap.
 */
public final class ProducerEndpoint implements DestinationUser {
    private final int id;
    private final BrokerSession session;
    private final Peer peer;
    private final Ground ground;
    private Destination destination;
    private boolean closed;

    ProducerEndpoint(int id, BrokerSession session, Peer peer, Ground ground) {
        this.id = id;
        this.session = session;
        this.peer = peer;
        this.ground = ground;
    }

    public int id() {
        return id;
    }

    public BrokerSession session() {
        return session;
    }

    public void open(Frame.OpenProducer frame, Rooms rooms) {
        rooms.destinations()
                .use(
                        frame.destination(),
                        Answer.of(found -> opened(frame, found), why -> refuse(frame, why)));
    }

    private void opened(Frame.OpenProducer frame, Destination found) {
        if (closed) {
            peer.write(
                    new Frame.Failed(
                            frame.requestId(),
                            ErrorCode.ILLEGAL_STATE,
                            "producer " + id + " was closed before it was open"));
            return;
        }
        if (found.isDeleted()) {
            refuse(
                    frame,
                    RefusedException.of(
                            ErrorCode.INVALID_DESTINATION, "%s was deleted", found.address()));
            return;
        }
        destination = found;
        found.addUser(this);
        peer.write(new Frame.Done(frame.requestId()));
    }

    private void refuse(Frame.OpenProducer frame, RefusedException why) {
        if (!closed) {
            closed = true;
            session.forget(this);
            peer.refused(this);
            peer.write(new Frame.Failed(frame.requestId(), why.code(), why.getMessage()));
        }
    }

    /**
     * Stores the batch, or holds it back in the session's transaction.
     *
     * @throws RefusedException when it may not be; nothing was changed
     */
    public void send(Frame.Send send) {
        if (destination == null) {
            throw RefusedException.of(
                    ErrorCode.ILLEGAL_STATE, "producer %d is not open yet; nothing was sent", id);
        }
        if (session.holdsBack()) {
            hold(send);
        } else {
            store(send, accept(send));
        }
    }

    /** Whether what is sent waits for a commit, which tells what was refused. */
    public boolean holdsBack() {
        return session.holdsBack();
    }

    private void hold(Frame.Send send) {
        try {
            session.transaction().add(destination, held(accept(send)));
        } catch (RefusedException refused) {
            if (send.requestId() == Frame.NO_REPLY) {
                // Nobody hears of it now: the commit must not pretend that it was sent.
                session.transaction().doom(refused);
            }
            throw refused;
        }
        done(send);
    }

    /**
     * A branch may be committed when its session is long gone: then its sends must not be part of a
     * sequence that nobody continues, and nobody forgets.
     */
    private Arrival held(Arrival accepted) {
        RecordBatch batch = accepted.batch();
        if (!ProducerSequences.isSequenced(batch)) {
            return accepted;
        }
        session.producer().checkIsIts(batch);
        return session.isTransacted() ? accepted : accepted.with(batch.withoutProducer());
    }

    private Arrival accept(Frame.Send send) {
        return destination.accept(
                new Arrival(
                        send.batch(),
                        send.persistent(),
                        send.priority(),
                        send.deliverAtMillis(),
                        Batches.check(send, ground.settings()),
                        session.producer().producerId()));
    }

    private void store(Frame.Send send, Arrival arrival) {
        RecordBatch batch = send.batch();
        ProducerSequences sequences =
                ProducerSequences.isSequenced(batch) ? session.producer() : null;
        if (sequences != null
                && !sequences.begin(
                        batch, Answer.of(stored -> done(send), why -> failed(send, why)))) {
            return;
        }
        if (!destination.hasReaders()) {
            stored(send, sequences);
            return;
        }
        PartitionId where = destination.placeOf(arrival);
        int bytes = batch.sizeBytes();
        int offsets = batch.lastOffsetDelta() + 1;
        Destination target = destination;
        peer.outstanding(bytes);
        ground.storage()
                .commit(
                        UnitOfWork.of(target.append(arrival, where)),
                        Answer.of(
                                committed -> {
                                    peer.answered(bytes);
                                    stored(send, sequences);
                                    target.appended(
                                            where,
                                            committed.baseOffsets().get(0) + offsets,
                                            arrival);
                                },
                                why -> {
                                    peer.answered(bytes);
                                    if (sequences != null) {
                                        sequences.refused(batch, why);
                                    }
                                    failed(send, why);
                                }));
    }

    private void stored(Frame.Send send, ProducerSequences sequences) {
        if (sequences != null) {
            sequences.stored(send.batch());
        }
        done(send);
    }

    private void done(Frame.Send send) {
        if (send.requestId() != Frame.NO_REPLY) {
            peer.write(new Frame.Done(send.requestId()));
        }
    }

    private void failed(Frame.Send send, RefusedException why) {
        peer.write(new Frame.Failed(send.requestId(), why.code(), why.getMessage()));
    }

    void close() {
        if (!closed) {
            closed = true;
            if (destination != null) {
                destination.removeUser(this);
            }
        }
    }

    @Override
    public void onDestinationDeleted(RefusedException why) {
        closed = true;
        session.forget(this);
        peer.write(new Frame.EndpointClosed(id, true, why.code(), why.getMessage()));
    }
}
