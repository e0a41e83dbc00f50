package org.millrace.wire.link;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Supplier;
import org.millrace.foundation.Check;
import org.millrace.wire.frame.LinkEnd;

/**
 * Accepts links over TCP, all on one loop. {@link #start} and {@link #close} are called by the
 * owner, off that loop.
 */
public final class LinkServer implements AutoCloseable {
    private static final int BACKLOG = 1024;

    private final NettyLoop loop;
    private final LinkSettings settings;
    private final Optional<Tls> tls;
    private final Supplier<LinkListener> listeners;
    private final Complaints complaints = new Complaints();
    private Channel listening;

    /** {@code listeners} gives the listener of each accepted link; called on the loop. */
    public LinkServer(NettyLoop loop, LinkSettings settings, Supplier<LinkListener> listeners) {
        this(loop, settings, Optional.empty(), listeners);
    }

    /** As above; with {@code tls} nothing else is spoken on the port. */
    public LinkServer(
            NettyLoop loop,
            LinkSettings settings,
            Optional<Tls> tls,
            Supplier<LinkListener> listeners) {
        Check.argument(
                settings.end() == LinkEnd.BROKER, "a server is the broker's end of its links");
        this.loop = loop;
        this.settings = settings;
        this.tls = tls;
        this.listeners = listeners;
    }

    /**
     * Listens; port 0 takes a free one.
     *
     * @throws IOException when the address cannot be listened on; nothing is left open
     */
    public void start(String host, int port) throws IOException {
        Check.invariant(!loop.inLoop(), "waiting for a socket on the loop that would open it");
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(loop.eventLoop())
                        .channel(NioServerSocketChannel.class)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childHandler(new Accepted());
        ChannelFuture bound = bootstrap.bind(host, port).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot listen on %s:%d: %s; nothing was started; is another broker running there?"
                            .formatted(host, port, bound.cause().getMessage()),
                    bound.cause());
        }
        listening = bound.channel();
    }

    /** The port that is listened on; started servers only. */
    public int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    /** Accepts no more; links that are open stay. */
    @Override
    public void close() {
        if (listening != null) {
            ChannelFuture closed = listening.close();
            if (!loop.inLoop()) {
                closed.awaitUninterruptibly();
            }
        }
    }

    private final class Accepted extends ChannelInitializer<SocketChannel> {
        @Override
        protected void initChannel(SocketChannel channel) {
            String peer = LinkConnector.text(channel.remoteAddress());
            TcpSocket socket =
                    new TcpSocket(
                            channel,
                            Optional.empty(),
                            tls.map(each -> each.handler(channel, settings)),
                            peer);
            new TcpLink(loop, socket, settings, listeners.get(), complaints).install();
        }
    }
}
