package org.millrace.jms.client;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import org.millrace.jms.link.ClientLink;
import org.millrace.jms.link.Failures;
import org.millrace.jms.link.Reply;
import org.millrace.jms.message.MessageEncoder;
import org.millrace.jms.message.SendFacts;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.Done;
import org.millrace.wire.record.MessageId;
import org.millrace.wire.record.RecordBatch;
import org.millrace.wire.record.RecordBatchBuilder;

/**
 * Sends the messages of one session in the order of the calls: each is encoded once, on the calling
 * thread, gets the session's next sequence, and leaves before the next is encoded (§6.2.9).
 *
 * <p>What is sent and not answered is bounded by the send window, what is sent and not read by the
 * broker by the link: in both cases the call waits.
 */
final class Outbox {
    /** Room in a frame for what surrounds the batch. */
    private static final int FRAME_OVERHEAD_BYTES = 256;

    private static final int BYTES_PER_PERMIT = 1024;

    private final ClientLink link;
    private final MessageEncoder encoder;
    private final InstantSource clock;
    private final Duration timeout;
    private final int windowPermits;
    private final Semaphore window;
    private volatile Frame.SessionOpened identity;
    private final SendSequence sequence;
    private long nextNumber;

    Outbox(
            ClientLink link,
            MessageEncoder encoder,
            InstantSource clock,
            ConnectionOptions options,
            Frame.SessionOpened identity) {
        this.link = link;
        this.encoder = encoder;
        this.clock = clock;
        this.timeout = options.requestTimeout();
        this.windowPermits = options.sendWindowKib();
        this.window = new Semaphore(windowPermits);
        this.identity = identity;
        this.sequence = new SendSequence(identity, 0);
    }

    /** As whom it sends: the broker may have a new identity for it after a lost link. */
    void identify(Frame.SessionOpened newIdentity) {
        identity = newIdentity;
    }

    long producerId() {
        return identity.producerId();
    }

    /** Sends and, when the message is persistent, waits until it is stored (§7.2). */
    void send(ProducerHandle target, Message message, SendPlan plan) throws JMSException {
        if (!plan.isPersistent()) {
            link.awaitOpen(timeout);
        }
        link.awaitRoom();
        Reply reply;
        synchronized (this) {
            Frame.Send send = encode(target, message, plan, numbered());
            sequence.sent();
            if (!plan.isPersistent()) {
                // At most once (§7.7): not sent again when the line is lost now.
                link.post(send);
                return;
            }
            reply = link.request(id -> withId(send, id));
        }
        try {
            reply.await(Done.class, timeout);
        } catch (JMSException refused) {
            if (ErrorCode.INVALID_DESTINATION.name().equals(refused.getErrorCode())) {
                target.onEnded(ErrorCode.INVALID_DESTINATION, refused.getMessage());
            }
            // It may have ended while the link was restored: then that is why.
            target.checkUsable();
            throw refused;
        }
    }

    /** Sends without waiting; {@code arrival} hears of the answer exactly once. */
    void sendAsynchronously(
            ProducerHandle target, Message message, SendPlan plan, Reply.Arrival arrival)
            throws JMSException {
        link.awaitRoom();
        synchronized (this) {
            Frame.Send send = encode(target, message, plan, numbered());
            sequence.sent();
            int permits = awaitWindow(send);
            Reply unused = link.request(id -> withId(send, id), freeing(permits, arrival));
        }
    }

    /**
     * As {@link #sendAsynchronously}, as a part of the session's transaction: only on its line,
     * with which it is lost.
     */
    void sendInTransaction(
            int line, ProducerHandle target, Message message, SendPlan plan, Reply.Arrival arrival)
            throws JMSException {
        link.awaitRoom();
        synchronized (this) {
            Frame.Send send = encode(target, message, plan, new RecordBatchBuilder(clock.millis()));
            int permits = awaitWindow(send);
            Reply unused = link.requestOn(line, id -> withId(send, id), freeing(permits, arrival));
        }
    }

    /** A batch that the broker recognises when it is sent again. */
    private RecordBatchBuilder numbered() throws JMSException {
        sequence.identify(identity);
        if (sequence.isUsedUp()) {
            acquire(windowPermits);
            window.release(windowPermits);
            sequence.beginEpoch();
        }
        return sequence.number(new RecordBatchBuilder(clock.millis()));
    }

    private Frame.Send encode(
            ProducerHandle target, Message message, SendPlan plan, RecordBatchBuilder batch)
            throws JMSException {
        target.checkUsable();
        SendFacts facts = facts(target, plan);
        encoder.encode(message, facts, batch);
        nextNumber++;
        RecordBatch encoded = batch.build();
        if (encoded.sizeBytes() > link.maxFrameBytes() - FRAME_OVERHEAD_BYTES) {
            throw Failures.of(
                    ErrorCode.MESSAGE_TOO_LARGE,
                    "message for %s has %d bytes, the broker takes at most %d; nothing was sent"
                            .formatted(
                                    target.destination,
                                    encoded.sizeBytes(),
                                    link.maxFrameBytes() - FRAME_OVERHEAD_BYTES));
        }
        return new Frame.Send(
                Frame.NO_REPLY,
                target.producerId,
                plan.isPersistent(),
                plan.priority(),
                plan.deliveryDelayMillis() == 0 ? 0 : facts.deliveryTime(),
                encoded);
    }

    private SendFacts facts(ProducerHandle target, SendPlan plan) {
        long now = clock.millis();
        return new SendFacts(
                target.destination,
                plan.deliveryMode(),
                plan.priority(),
                now,
                plan.timeToLiveMillis() == 0 ? 0 : SendFacts.after(now, plan.timeToLiveMillis()),
                SendFacts.after(now, plan.deliveryDelayMillis()),
                new MessageId(identity.producerId(), nextNumber),
                plan.hints());
    }

    private static Frame.Send withId(Frame.Send send, long requestId) {
        return new Frame.Send(
                requestId,
                send.producerId(),
                send.persistent(),
                send.priority(),
                send.deliverAtMillis(),
                send.batch());
    }

    /** Waits; the permits that the send takes up until it is answered. */
    private int awaitWindow(Frame.Send send) throws JMSException {
        int permits = Math.min(windowPermits, 1 + send.batch().sizeBytes() / BYTES_PER_PERMIT);
        acquire(permits);
        return permits;
    }

    private void acquire(int permits) throws JMSException {
        try {
            window.acquire(permits);
        } catch (InterruptedException interrupted) {
            throw Failures.interrupted("answers to earlier sends", interrupted);
        }
    }

    private Reply.Arrival freeing(int permits, Reply.Arrival arrival) {
        return reply -> {
            window.release(permits);
            arrival.answered(reply);
        };
    }
}
