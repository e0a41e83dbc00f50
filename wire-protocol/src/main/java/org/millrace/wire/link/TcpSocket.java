package org.millrace.wire.link;

import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.Optional;

/**
 * A connection under a link.
 *
 * @param withoutNetty the same connection for writing past Netty's pipeline; absent with TLS, which
 *     must see every byte
 * @param tls what encrypts; goes in front of the link's handlers
 * @param peer for logs
 */
record TcpSocket(
        SocketChannel channel,
        Optional<java.nio.channels.SocketChannel> withoutNetty,
        Optional<SslHandler> tls,
        String peer) {}
