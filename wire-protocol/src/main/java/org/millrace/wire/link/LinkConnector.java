package org.millrace.wire.link;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLException;
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
    private final Optional<Tls> tls;
    private final Complaints complaints = new Complaints();

    /** Links live on {@code loop}, which for TCP is a {@link NettyLoop}. */
    public LinkConnector(Loop loop, LinkSettings settings) {
        this(loop, settings, Optional.empty());
    }

    /** As above; with {@code tls} links over TCP are encrypted. */
    public LinkConnector(Loop loop, LinkSettings settings, Optional<Tls> tls) {
        Check.argument(
                settings.end() == LinkEnd.CLIENT, "a connector is the client's end of its links");
        this.loop = loop;
        this.settings = settings;
        this.tls = tls;
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
        Optional<SslHandler> encryption =
                tls.map(each -> each.handler(channel, endpoint, settings));
        TcpLink link =
                new TcpLink(
                        nettyLoop,
                        new TcpSocket(
                                channel,
                                encryption.isPresent() ? Optional.empty() : Optional.of(socket),
                                encryption,
                                endpoint.toString()),
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
        Opening opening = new Opening(nettyLoop, link, endpoint, opened);
        connecting.addListener(
                (ChannelFuture done) -> {
                    if (done.isSuccess() && encryption.isPresent()) {
                        var unused = encryption.get().handshakeFuture().addListener(opening::ended);
                    } else {
                        opening.ended(done);
                    }
                });
        return opened;
    }

    /** A link on its way. */
    private record Opening(
            NettyLoop loop, Link link, Endpoint.Tcp endpoint, CompletableFuture<Link> opened) {

        void ended(Future<?> done) {
            try {
                // After the link was told that it is open, which comes right after this.
                loop.execute(() -> complete(done));
            } catch (RejectedExecutionException loopEnded) {
                opened.completeExceptionally(failure(endpoint, loopEnded));
            }
        }

        private void complete(Future<?> done) {
            if (done.isSuccess()) {
                opened.complete(link);
            } else {
                opened.completeExceptionally(failure(endpoint, done.cause()));
            }
        }
    }

    private static LinkConnectException failure(Endpoint.Tcp endpoint, Throwable cause) {
        return new LinkConnectException(
                "cannot connect to %s: %s".formatted(endpoint, reason(cause)), cause);
    }

    private static String reason(Throwable cause) {
        return cause instanceof SSLException
                ? "TLS handshake failed: " + Tls.deepest(cause).getMessage()
                : cause.getMessage();
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
