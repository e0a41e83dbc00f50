package org.millrace.wire.link;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.GenericFutureListener;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.millrace.foundation.Loop;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.FrameCodec;
import org.millrace.wire.frame.ProtocolException;

/**
 * One end of a link over TCP. Confined to its event loop as {@link FrameLink} says; {@code outbox}
 * is where other threads meet it.
 *
 * <p>Frames are encoded on the event loop, all that wait into one buffer, which is one copy of a
 * record and one system call for many frames.
 */
final class TcpLink extends FrameLink {
    /** A buffer is closed when it has so much; only a single larger frame makes a larger one. */
    private static final int CHUNK_BYTES = 128 << 10;

    private static final Duration REFUSED_LINGER = Duration.ofSeconds(1);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

    private final SocketChannel channel;
    private final String peer;
    private final FrameQueue<Frame> outbox = new FrameQueue<>();
    private final AtomicBoolean drainScheduled = new AtomicBoolean();
    private final Runnable scheduledDrain = this::drainScheduled;
    private Loop.Timer closeTimer = () -> {};
    private boolean isInRead;
    private boolean flushAfterRead;

    TcpLink(
            NettyLoop loop,
            SocketChannel channel,
            String peer,
            LinkSettings settings,
            LinkListener listener,
            Complaints complaints) {
        super(loop, settings, listener, complaints);
        this.channel = channel;
        this.peer = peer;
    }

    /** The handlers of this link, the last of the pipeline. */
    void install() {
        channel.pipeline().addLast(new FrameInbound(this), new Inbound());
    }

    @Override
    void enqueue(Frame frame, int bytes) {
        outbox.add(frame, bytes);
    }

    @Override
    public void flush() {
        if (isInRead && channel.eventLoop().inEventLoop()) {
            flushAfterRead = true;
        } else if (!outbox.isEmpty() && drainScheduled.compareAndSet(false, true)) {
            onLoop(scheduledDrain);
        }
    }

    private void drainScheduled() {
        drainScheduled.set(false);
        drain();
    }

    private void drain() {
        FrameQueue.Node<Frame> node = outbox.takeAll();
        if (node == null) {
            return;
        }
        while (node != null) {
            node = writeChunk(node);
        }
        channel.flush();
    }

    /** Encodes frames from {@code first} on; returns the first that did not fit. */
    private FrameQueue.Node<Frame> writeChunk(FrameQueue.Node<Frame> first) {
        int bytes = first.bytes;
        FrameQueue.Node<Frame> after = first.next();
        while (after != null && bytes + after.bytes <= CHUNK_BYTES) {
            bytes += after.bytes;
            after = after.next();
        }
        ByteBuf chunk = channel.alloc().directBuffer(bytes, bytes);
        ByteBuffer out = chunk.internalNioBuffer(0, bytes);
        for (FrameQueue.Node<Frame> node = first; node != after; node = node.next()) {
            FrameCodec.encode(node.item, out);
        }
        chunk.writerIndex(bytes);
        int written = bytes;
        var unused = channel.write(chunk, promise(done -> taken(written)));
        return after;
    }

    private ChannelPromise promise(GenericFutureListener<ChannelFuture> listener) {
        return channel.newPromise().addListener(listener);
    }

    @Override
    public void setReading(boolean reading) {
        channel.config().setAutoRead(reading);
        onLoop(() -> listening(reading));
    }

    @Override
    void closeTransport(Parting parting) {
        drain();
        closeTimer = loop().after(CLOSE_PATIENCE, this::closeChannel);
        channel.config().setAutoRead(true);
        var unused =
                channel.writeAndFlush(
                        channel.alloc().buffer(0),
                        promise(
                                sent -> {
                                    if (parting == Parting.ORDERLY || !channel.isActive()) {
                                        closeChannel();
                                    } else {
                                        lingerRefused();
                                    }
                                }));
    }

    /** Closing with unread bytes would reset the connection and take the goodbye along. */
    private void lingerRefused() {
        var unused = channel.shutdownOutput();
        closeTimer.cancel();
        closeTimer = loop().after(REFUSED_LINGER, this::closeChannel);
    }

    /** Ends in {@code channelInactive}, whether or not closing the socket succeeds. */
    private void closeChannel() {
        var unused = channel.close();
    }

    @Override
    public String peer() {
        return peer;
    }

    private final class Inbound extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext context) {
            opened();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            isInRead = true;
            if (message instanceof Frame frame) {
                received(frame);
            } else {
                ReferenceCountUtil.release(message);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            readComplete();
            isInRead = false;
            if (flushAfterRead) {
                flushAfterRead = false;
                drain();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            Throwable failure = cause instanceof DecoderException ? cause.getCause() : cause;
            if (failure instanceof ProtocolException violation) {
                refuse(violation);
            } else {
                closed("link with %s lost: %s".formatted(peer, cause));
                closeChannel();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            closeTimer.cancel();
            closed(peer + " closed the connection");
        }
    }
}
