package org.millrace.wire.link;

import io.netty.channel.socket.SocketChannel;
import java.util.Optional;

/**
 * A connection under a link.
 *
 * @param withoutNetty the same connection for writing past Netty's pipeline; absent where something
 *     in the pipeline (TLS) must see every byte
 * @param peer for logs
 */
record TcpSocket(
        SocketChannel channel,
        Optional<java.nio.channels.SocketChannel> withoutNetty,
        String peer) {}
