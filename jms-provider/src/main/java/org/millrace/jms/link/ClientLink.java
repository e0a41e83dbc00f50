package org.millrace.jms.link;

import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.millrace.foundation.Loop;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.ProtocolException;
import org.millrace.wire.link.Link;
import org.millrace.wire.link.LinkListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One link to a broker: numbers requests, hands answers to their {@link Reply}, everything else to
 * {@link LinkEvents}. Methods may be called from any thread; those that wait say so and must not be
 * called on the client event loop. What comes from the broker is handled on that loop.
 *
 * <p>A lost link fails every request that was not answered and every later one with {@link
 * ErrorCode#LINK_LOST}.
 */
public final class ClientLink implements LinkListener {
    private static final Logger LOG = LoggerFactory.getLogger(ClientLink.class);

    /** Why nothing more can be asked. */
    private record Loss(ErrorCode code, String reason) {}

    private final LinkEvents events;
    private final Handshake handshake;
    private final Loop loop;
    private final Map<Long, Reply> unanswered = new ConcurrentHashMap<>();
    private final AtomicLong lastRequestId = new AtomicLong();
    private final Object room = new Object();
    private volatile Link link;
    private volatile Loss loss;
    private volatile Handshake.Admission admission;
    private Frame.Goodbye goodbye;

    /**
     * @param loop the client event loop that the link lives on
     */
    public ClientLink(Credentials credentials, Loop loop, LinkEvents events) {
        this.loop = loop;
        this.handshake = new Handshake(credentials);
        this.events = events;
    }

    // ---- opening and closing

    /**
     * Waits until the broker has let us in.
     *
     * @throws jakarta.jms.JMSSecurityException for wrong credentials
     * @throws JMSException when the link could not be opened within the limit; it is closed then
     */
    public void awaitAdmission(Duration limit) throws JMSException {
        try {
            admission = handshake.outcome().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            close();
            throw Failures.interrupted("the connection to be opened", interrupted);
        } catch (TimeoutException late) {
            close();
            throw Failures.of(
                    ErrorCode.LINK_LOST,
                    "the broker did not let us in within %d ms; see option connectTimeout"
                            .formatted(limit.toMillis()),
                    late);
        } catch (ExecutionException refused) {
            close();
            JMSException cause = (JMSException) refused.getCause();
            throw Failures.of(ErrorCode.valueOf(cause.getErrorCode()), cause.getMessage(), cause);
        }
    }

    /** The user that the broker knows us as; empty for nobody in particular. */
    public String user() {
        return admission.user();
    }

    /** Largest frame that the broker takes. */
    public int maxFrameBytes() {
        return admission.welcome().maxFrameBytes();
    }

    public boolean isLost() {
        return loss != null;
    }

    /** Closes the link; what is not answered fails. Any number of times. */
    public void close() {
        Link open = link;
        if (open != null) {
            open.close();
        }
    }

    /** For logs. */
    public String peer() {
        Link open = link;
        return open == null ? "no broker" : open.peer();
    }

    // ---- asking

    /** Sends a frame that is not answered. */
    public void post(Frame frame) {
        Link open = link;
        open.write(frame);
        open.flush();
    }

    /** Sends a request; {@code frame} gets its number. Does not wait. */
    public Reply request(LongFunction<Frame> frame) {
        return request(frame, Reply.Arrival.UNHEARD);
    }

    /** As {@link #request(LongFunction)}; {@code arrival} hears of the answer. */
    public Reply request(LongFunction<Frame> frame, Reply.Arrival arrival) {
        long requestId = lastRequestId.incrementAndGet();
        Frame asked = frame.apply(requestId);
        Reply reply = new Reply(asked, arrival, loop);
        unanswered.put(requestId, reply);
        if (loss == null) {
            try {
                post(asked);
            } catch (ProtocolException refused) {
                answer(
                        requestId,
                        new Frame.Failed(requestId, refused.code(), refused.getMessage()));
            }
        }
        // Looked at again after the put: a loss in between has either seen the reply or is seen.
        Loss lost = loss;
        if (lost != null && unanswered.remove(requestId) != null) {
            reply.complete(new Frame.Failed(requestId, lost.code(), lost.reason()));
        }
        return reply;
    }

    /** Whether the broker reads slower than we write. */
    public boolean isCongested() {
        return link.isCongested();
    }

    /** Waits while the broker reads slower than we write. */
    public void awaitRoom() throws JMSException {
        if (!link.isCongested()) {
            return;
        }
        synchronized (room) {
            while (link.isCongested() && loss == null) {
                try {
                    room.wait();
                } catch (InterruptedException interrupted) {
                    throw Failures.interrupted("room on the link", interrupted);
                }
            }
        }
    }

    /**
     * Throws when nothing more can be asked.
     *
     * @throws JMSException with {@link ErrorCode#LINK_LOST}
     */
    public void checkAlive() throws JMSException {
        Loss lost = loss;
        if (lost != null) {
            throw Failures.of(lost.code(), lost.reason());
        }
    }

    // ---- client event loop

    @Override
    public void onOpen(Link opened) {
        link = opened;
        handshake.begin(opened);
    }

    @Override
    public void onFrame(Frame frame) {
        if (frame instanceof Frame.Deliver deliver) {
            events.onDeliver(deliver);
        } else if (frame instanceof Frame.Done done) {
            answer(done.requestId(), done);
        } else if (!handshake.isOver()) {
            handshake.onFrame(link, frame);
        } else {
            onRareFrame(frame);
        }
    }

    private void onRareFrame(Frame frame) {
        long requestId = requestIdOf(frame);
        if (requestId != Frame.NO_REPLY) {
            answer(requestId, frame);
        } else if (frame instanceof Frame.Reclaim reclaim) {
            events.onReclaim(reclaim);
        } else if (frame instanceof Frame.EndpointClosed closed) {
            events.onEndpointClosed(closed);
        } else if (frame instanceof Frame.Goodbye reason) {
            goodbye = reason;
        } else if (frame instanceof Frame.Failed failed) {
            LOG.warn("broker {} refused what nobody waits for: {}", peer(), failed.message());
        } else {
            LOG.warn(
                    "broker {} sent {} out of turn: closing the link",
                    peer(),
                    frame.getClass().getSimpleName());
            link.close();
        }
    }

    private static long requestIdOf(Frame frame) {
        if (frame instanceof Frame.Failed failed) {
            return failed.requestId();
        } else if (frame instanceof Frame.SessionReset reset) {
            return reset.requestId();
        } else if (frame instanceof Frame.BrowsePage page) {
            return page.requestId();
        } else if (frame instanceof Frame.SessionOpened opened) {
            return opened.requestId();
        } else if (frame instanceof Frame.ConsumerOpened opened) {
            return opened.requestId();
        } else if (frame instanceof Frame.ConnectionOpened opened) {
            return opened.requestId();
        } else if (frame instanceof Frame.TemporaryCreated created) {
            return created.requestId();
        } else if (frame instanceof Frame.CommitOutcome outcome) {
            return outcome.requestId();
        } else if (frame instanceof Frame.XaReply reply) {
            return reply.requestId();
        }
        return Frame.NO_REPLY;
    }

    private void answer(long requestId, Frame frame) {
        Reply reply = unanswered.remove(requestId);
        if (reply == null) {
            LOG.warn("broker {} answered request {}, which is not open", peer(), requestId);
        } else {
            reply.complete(frame);
        }
    }

    @Override
    public void onReadComplete() {
        // Nothing to flush: answers go out at once.
    }

    @Override
    public void onDrained() {
        synchronized (room) {
            room.notifyAll();
        }
    }

    @Override
    public void onClose(String reason) {
        ErrorCode code = goodbye == null ? ErrorCode.LINK_LOST : goodbye.code();
        String story = goodbye == null ? reason : goodbye.message() + " (" + reason + ")";
        Loss lost = new Loss(code, "link closed: " + story);
        loss = lost;
        handshake.refuse(code, lost.reason());
        for (Long requestId : unanswered.keySet()) {
            Reply reply = unanswered.remove(requestId);
            if (reply != null) {
                reply.complete(new Frame.Failed(requestId, code, lost.reason()));
            }
        }
        onDrained();
        events.onLost(code, lost.reason());
    }
}
