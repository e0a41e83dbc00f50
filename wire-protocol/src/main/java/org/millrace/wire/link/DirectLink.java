package org.millrace.wire.link;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.FrameCodec;
import org.millrace.wire.frame.LinkEnd;
import org.millrace.wire.frame.ProtocolException;

/**
 * One end of a link inside one process: frames are encoded by the writing thread and decoded on the
 * other end's loop. Confined to its loop as {@link FrameLink} says; {@code outbox} is where the
 * loops meet.
 */
final class DirectLink extends FrameLink {
    /** Frames handed over in one turn of the loop, so that a busy link does not hold up others. */
    private static final int FRAMES_PER_TURN = 256;

    /** No frame is empty. */
    private static final ByteBuffer END = ByteBuffer.allocate(0);

    private final LinkEnd end;
    private final String peer;
    private final DirectLinks wire;
    private final FrameQueue<ByteBuffer> outbox = new FrameQueue<>();
    private final AtomicBoolean deliveryScheduled = new AtomicBoolean();
    private final ArrayDeque<ByteBuffer> inbox = new ArrayDeque<>();
    private boolean isReading = true;
    private DirectLink other;

    DirectLink(
            LinkEnd end,
            DirectLinks.Party party,
            String peer,
            DirectLinks wire,
            Complaints complaints) {
        super(party.loop(), party.settings(), party.listener(), complaints);
        this.end = end;
        this.peer = peer;
        this.wire = wire;
    }

    void join(DirectLink otherEnd) {
        other = otherEnd;
    }

    @Override
    void enqueue(Frame frame, int bytes) {
        ByteBuffer encoded = ByteBuffer.allocate(bytes);
        FrameCodec.encode(frame, encoded);
        outbox.add(encoded.flip(), bytes);
    }

    @Override
    public void flush() {
        if (!outbox.isEmpty() && deliveryScheduled.compareAndSet(false, true)) {
            Duration delay = wire.delayFrom(end);
            try {
                if (delay.isZero()) {
                    other.loop().execute(other::takeIn);
                } else {
                    other.loop().after(delay, other::takeIn);
                }
            } catch (RejectedExecutionException otherEnded) {
                onLoop(() -> closed(peer + " has stopped"));
            }
        }
    }

    /** On this end's loop: takes what the other end has flushed. */
    private void takeIn() {
        other.deliveryScheduled.set(false);
        FrameQueue.Node<ByteBuffer> node = other.outbox.takeAll();
        for (; node != null; node = node.next()) {
            inbox.add(node.item);
        }
        handOver();
    }

    private void handOver() {
        int frames = 0;
        long bytes = 0;
        while (isReading && frames < FRAMES_PER_TURN && !inbox.isEmpty()) {
            ByteBuffer next = inbox.poll();
            if (!next.hasRemaining()) {
                closed(peer + " closed the link");
                return;
            }
            bytes += next.remaining();
            frames++;
            handOver(next);
        }
        if (frames > 0) {
            long taken = bytes;
            other.onLoop(() -> other.taken(taken));
            readComplete();
        }
        if (isReading && !inbox.isEmpty()) {
            onLoop(this::handOver);
        }
    }

    private void handOver(ByteBuffer encoded) {
        try {
            codec().checkedLength(encoded.getInt());
            Frame frame = codec().decode(encoded);
            if (wire.mayPass(end.other(), frame)) {
                received(frame);
            } else {
                wire.cut("cut before " + frame.getClass().getSimpleName() + " arrived");
            }
        } catch (ProtocolException violation) {
            refuse(violation);
        }
    }

    @Override
    public void setReading(boolean reading) {
        onLoop(
                () -> {
                    boolean goesOn = reading && !isReading;
                    isReading = reading;
                    listening(reading);
                    if (goesOn) {
                        handOver();
                    }
                });
    }

    @Override
    void closeTransport() {
        outbox.add(END, 0);
        flush();
        closed("closed by this end");
        isReading = true;
        inbox.clear();
    }

    /** As when a cable is pulled: what was on the way is lost. */
    void cut(String reason) {
        if (loop().inLoop()) {
            lose(reason);
        } else {
            onLoop(() -> lose(reason));
        }
    }

    private void lose(String reason) {
        inbox.clear();
        other.outbox.takeAll();
        closed(reason);
    }

    @Override
    public String peer() {
        return peer;
    }
}
