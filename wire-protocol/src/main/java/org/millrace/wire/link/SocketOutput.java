package org.millrace.wire.link;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.GenericFutureListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.FrameCodec;

/**
 * Puts queued frames on a socket, in order, whichever thread does it. Any thread.
 *
 * <p>One thread at a time drains; others that want to leave the work to it. The drainer encodes all
 * that waits into one buffer, which is one copy of a record and one system call for many frames. It
 * writes to the socket itself when Netty holds nothing of this link; what the socket does not take
 * goes through Netty, which waits for room, and so does all else until Netty has none left.
 */
final class SocketOutput {
    /** A buffer is closed when it has so much; only a single larger frame makes a larger one. */
    private static final int CHUNK_BYTES = 128 << 10;

    /** Hears on the event loop or on the draining thread. */
    interface Owner {
        /** So many bytes left the queue. */
        void taken(long bytes);

        /** A bug: a frame could not be encoded; what was queued is lost. */
        void failed(Throwable bug);
    }

    private final SocketChannel channel;
    private final Optional<java.nio.channels.SocketChannel> socket;
    private final Owner owner;
    private final FrameQueue<Frame> queue = new FrameQueue<>();
    private final AtomicInteger wanted = new AtomicInteger();
    private final AtomicInteger chunksInNetty = new AtomicInteger();

    /**
     * @param socket the same connection without Netty, absent when bytes must pass its pipeline
     * @param onTaken hears on the event loop or on the draining thread how many bytes left the
     *     queue
     */
    SocketOutput(
            SocketChannel channel, Optional<java.nio.channels.SocketChannel> socket, Owner owner) {
        this.channel = channel;
        this.socket = socket;
        this.owner = owner;
    }

    void add(Frame frame, int bytes) {
        queue.add(frame, bytes);
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /**
     * Sends what is queued, or leaves it to a thread that is at it; returns false in that case, and
     * then it may be sent a little later than this returns.
     */
    boolean drain() {
        if (wanted.getAndIncrement() != 0) {
            return false;
        }
        int served = 1;
        do {
            try {
                drainOnce();
            } catch (RuntimeException bug) {
                owner.failed(bug);
            }
            served = wanted.addAndGet(-served);
        } while (served != 0);
        return true;
    }

    private void drainOnce() {
        FrameQueue.Node<Frame> node = queue.takeAll();
        boolean viaNetty = false;
        while (node != null) {
            int bytes = node.bytes;
            FrameQueue.Node<Frame> after = node.next();
            while (after != null && bytes + after.bytes <= CHUNK_BYTES) {
                bytes += after.bytes;
                after = after.next();
            }
            viaNetty |= send(encoded(node, after, bytes), bytes);
            node = after;
        }
        if (viaNetty) {
            channel.flush();
        }
    }

    private ByteBuf encoded(FrameQueue.Node<Frame> first, FrameQueue.Node<Frame> after, int bytes) {
        ByteBuf chunk = channel.alloc().directBuffer(bytes, bytes);
        try {
            ByteBuffer out = chunk.internalNioBuffer(0, bytes);
            for (FrameQueue.Node<Frame> node = first; node != after; node = node.next()) {
                FrameCodec.encode(node.item, out);
            }
            return chunk.writerIndex(bytes);
        } catch (RuntimeException bug) {
            chunk.release();
            throw bug;
        }
    }

    /** Returns whether Netty has something to flush. */
    private boolean send(ByteBuf chunk, int bytes) {
        if (socket.isPresent() && chunksInNetty.get() == 0 && writtenWhole(chunk)) {
            chunk.release();
            owner.taken(bytes);
            return false;
        }
        chunksInNetty.incrementAndGet();
        GenericFutureListener<ChannelFuture> done =
                sent -> {
                    chunksInNetty.decrementAndGet();
                    owner.taken(bytes);
                };
        var unused = channel.write(chunk, channel.newPromise().addListener(done));
        return true;
    }

    private boolean writtenWhole(ByteBuf chunk) {
        try {
            ByteBuffer bytes = chunk.internalNioBuffer(0, chunk.readableBytes());
            int written = socket.get().write(bytes);
            chunk.skipBytes(written);
            return !chunk.isReadable();
        } catch (IOException lost) {
            // Netty meets the same failure and reports it where all failures of the link are told.
            return false;
        }
    }
}
