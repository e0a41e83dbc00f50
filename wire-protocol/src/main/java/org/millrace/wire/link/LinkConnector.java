package org.millrace.wire.link;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.millrace.foundation.Check;
import org.millrace.foundation.Loop;
import org.millrace.wire.MillraceUri.Endpoint;
import org.millrace.wire.frame.LinkEnd;

/**
 * Opens links from the client. Callable from any thread; blocks only to start an embedded broker
 * ({@link EmbeddedBrokerStarter}).
 */
public final class LinkConnector {
    private final Loop loop;
    private final LinkSettings settings;
    private final Complaints complaints = new Complaints();

    /** Links live on {@code loop}, which for TCP is a {@link NettyLoop}. */
    public LinkConnector(Loop loop, LinkSettings settings) {
        Check.argument(
                settings.end() == LinkEnd.CLIENT, "a connector is the client's end of its links");
        this.loop = loop;
        this.settings = settings;
    }

    /**
     * Opens a link; the listener hears {@link LinkListener#onOpen} first, then the result is
     * complete. Fails with {@link LinkConnectException}; the listener hears nothing then.
     */
    public CompletionStage<Link> connect(Endpoint endpoint, LinkListener listener) {
        if (endpoint instanceof Endpoint.InVm inVm) {
            return VmServer.connect(inVm.name(), loop, settings, listener);
        }
        return connectTcp((Endpoint.Tcp) endpoint, listener);
    }

    /**
     * Starts an embedded broker when the endpoint names one of this process that is not there;
     * waits for it.
     */
    public static void startEmbedded(Endpoint endpoint) throws LinkConnectException {
        if (endpoint instanceof Endpoint.InVm inVm) {
            VmServer.startUnlessListening(inVm.name());
        }
    }

    /**
     * As {@link #connect}, to a broker that listens: none is started. Never blocks, so that it may
     * be called on a loop, too.
     */
    public CompletionStage<Link> connectToRunning(Endpoint endpoint, LinkListener listener) {
        if (endpoint instanceof Endpoint.InVm inVm && !VmServer.listensOn(inVm.name())) {
            return CompletableFuture.failedFuture(
                    new LinkConnectException(
                            "cannot connect to %s: no broker of this process listens on it"
                                    .formatted(inVm)));
        }
        return connect(endpoint, listener);
    }

    private CompletionStage<Link> connectTcp(Endpoint.Tcp endpoint, LinkListener listener) {
        CompletableFuture<Link> opened = new CompletableFuture<>();
        Check.argument(
                loop instanceof NettyLoop, "a link to %s needs a loop with sockets", endpoint);
        NettyLoop nettyLoop = (NettyLoop) loop;
        SocketChannel socket;
        try {
            socket = SocketChannel.open();
        } catch (IOException refused) {
            return CompletableFuture.failedFuture(failure(endpoint, refused));
        }
        NioSocketChannel channel = new NioSocketChannel(socket);
        // TLS: an SslHandler goes in front of the link's handlers, and no socket past Netty.
        TcpLink link =
                new TcpLink(
                        nettyLoop,
                        new TcpSocket(channel, Optional.of(socket), endpoint.toString()),
                        settings,
                        listener,
                        complaints);
        ChannelFuture connecting =
                new Bootstrap()
                        .group(nettyLoop.eventLoop())
                        .channelFactory(() -> channel)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(
                                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                                (int) settings.connectTimeout().toMillis())
                        .handler(
                                new ChannelInitializer<NioSocketChannel>() {
                                    @Override
                                    protected void initChannel(NioSocketChannel created) {
                                        link.install();
                                    }
                                })
                        .connect(endpoint.host(), endpoint.port());
        connecting.addListener(
                (ChannelFuture done) -> {
                    try {
                        // After channelActive, which comes right after this.
                        nettyLoop.execute(() -> complete(done, link, endpoint, opened));
                    } catch (RejectedExecutionException loopEnded) {
                        opened.completeExceptionally(failure(endpoint, loopEnded));
                    }
                });
        return opened;
    }

    private static void complete(
            ChannelFuture done, Link link, Endpoint.Tcp endpoint, CompletableFuture<Link> opened) {
        if (done.isSuccess()) {
            opened.complete(link);
        } else {
            opened.completeExceptionally(failure(endpoint, done.cause()));
        }
    }

    private static LinkConnectException failure(Endpoint.Tcp endpoint, Throwable cause) {
        return new LinkConnectException(
                "cannot connect to %s: %s".formatted(endpoint, cause.getMessage()), cause);
    }

    static String text(InetSocketAddress address) {
        return new Endpoint.Tcp(
                        address.getAddress() == null
                                ? address.getHostString()
                                : address.getAddress().getHostAddress(),
                        address.getPort())
                .toString();
    }
}
