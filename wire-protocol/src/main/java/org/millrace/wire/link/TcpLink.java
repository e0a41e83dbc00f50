package org.millrace.wire.link;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.millrace.foundation.Loop;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.ProtocolException;

/**
 * One end of a link over TCP. Confined to its event loop as {@link FrameLink} says; {@code outbox}
 * is where other threads meet it.
 */
final class TcpLink extends FrameLink {
    /**
     * About what it takes to wake the event loop. A flush that comes later than this after the one
     * before would wait for the loop alone, so its thread sends by itself; flushes that come closer
     * together are left to the loop, which sends many frames with one call.
     */
    private static final long WAKE_NANOS = 10_000;

    private static final Duration LINGER = Duration.ofSeconds(1);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

    private final SocketChannel channel;
    private final Optional<SslHandler> tls;
    private final String peer;
    private final SocketOutput output;
    private final AtomicBoolean drainScheduled = new AtomicBoolean();
    private final Runnable scheduledDrain = this::drainScheduled;
    private volatile long lastFlushNanos;
    private Loop.Timer closeTimer = () -> {};

    /** With TLS not before its handshake is over. */
    private boolean isOpened;

    private boolean isInRead;
    private boolean flushAfterRead;

    TcpLink(
            NettyLoop loop,
            TcpSocket socket,
            LinkSettings settings,
            LinkListener listener,
            Complaints complaints) {
        super(loop, settings, listener, complaints);
        this.channel = socket.channel();
        this.tls = socket.tls();
        this.peer = socket.peer();
        this.output = new SocketOutput(channel, socket.withoutNetty(), new Output());
    }

    /** The handlers of this link, the last of the pipeline. */
    void install() {
        tls.ifPresent(encryption -> channel.pipeline().addLast(encryption));
        channel.pipeline().addLast(new FrameInbound(this), new Inbound());
    }

    @Override
    void enqueue(Frame frame, int bytes) {
        output.add(frame, bytes);
    }

    @Override
    public void flush() {
        if (channel.eventLoop().inEventLoop()) {
            if (isInRead) {
                flushAfterRead = true;
            } else {
                scheduleDrain();
            }
        } else if (tls.isEmpty() && isLoneFlush()) {
            // Not with TLS: what another thread gives to Netty can be overtaken by the loop.
            output.drain();
        } else {
            scheduleDrain();
        }
    }

    private boolean isLoneFlush() {
        long nowNanos = loop().nanoTime();
        long sinceNanos = nowNanos - lastFlushNanos;
        lastFlushNanos = nowNanos;
        return sinceNanos > WAKE_NANOS && !drainScheduled.get();
    }

    private void scheduleDrain() {
        if (!output.isEmpty() && drainScheduled.compareAndSet(false, true)) {
            onLoop(scheduledDrain);
        }
    }

    private void drainScheduled() {
        drainScheduled.set(false);
        output.drain();
    }

    @Override
    public void setReading(boolean reading) {
        channel.config().setAutoRead(reading);
        onLoop(() -> listening(reading));
    }

    @Override
    void closeTransport() {
        if (!output.drain()) {
            onLoop(() -> closeTransport());
            return;
        }
        closeTimer = loop().after(CLOSE_PATIENCE, this::closeChannel);
        channel.config().setAutoRead(true);
        // In a turn of its own: what another thread drained may still wait in Netty's queue.
        onLoop(this::afterAllFrames);
    }

    private void afterAllFrames() {
        var unused =
                channel.writeAndFlush(
                        channel.alloc().buffer(0),
                        channel.newPromise().addListener(sent -> afterLastFrame()));
    }

    private void afterLastFrame() {
        if (channel.isActive()) {
            linger();
        } else {
            closeChannel();
        }
    }

    /**
     * The other end closes when it has read our last frame. Closing before, with bytes of its
     * unread, would reset the connection and take our last frames along.
     */
    private void linger() {
        var unused = tls.map(SslHandler::closeOutbound).orElseGet(channel::shutdownOutput);
        closeTimer.cancel();
        closeTimer = loop().after(LINGER, this::closeChannel);
    }

    /** Nobody heard of the link, and nobody hears of its end. */
    private void refuseTls(Throwable cause) {
        complain(
                "link with %s closed: TLS handshake failed: %s"
                        .formatted(
                                peer,
                                cause instanceof NotSslRecordException
                                        ? "the other end does not speak TLS (millraces://)"
                                        : Tls.deepest(cause).getMessage()));
        closeChannel();
    }

    /** Ends in {@code channelInactive}, whether or not closing the socket succeeds. */
    private void closeChannel() {
        var unused = channel.close();
    }

    @Override
    public String peer() {
        return peer;
    }

    private final class Output implements SocketOutput.Owner {
        @Override
        public void taken(long bytes) {
            TcpLink.this.taken(bytes);
        }

        @Override
        public void failed(Throwable bug) {
            onLoop(() -> TcpLink.this.failed(bug));
        }
    }

    private final class Inbound extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext context) {
            if (tls.isEmpty()) {
                open();
            }
        }

        private void open() {
            isOpened = true;
            opened();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake) {
                if (handshake.isSuccess()) {
                    open();
                } else {
                    refuseTls(handshake.cause());
                }
            } else if (event instanceof SslCloseCompletionEvent) {
                closeChannel();
            }
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
            if (!isOpened) {
                return;
            }
            readComplete();
            isInRead = false;
            if (flushAfterRead) {
                flushAfterRead = false;
                output.drain();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!isOpened) {
                closeChannel();
                return;
            }
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
            if (isOpened) {
                closed(peer + " closed the connection");
            }
        }
    }
}
