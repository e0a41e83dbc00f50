package org.millrace.wire.link;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/** Which of Netty's implementations of sockets a loop uses. */
enum NettyTransport {
    NIO {
        @Override
        IoHandlerFactory newIoHandler() {
            return NioIoHandler.newFactory();
        }

        @Override
        Class<? extends SocketChannel> socket() {
            return NioSocketChannel.class;
        }

        @Override
        Class<? extends ServerSocketChannel> serverSocket() {
            return NioServerSocketChannel.class;
        }
    };

    abstract IoHandlerFactory newIoHandler();

    abstract Class<? extends SocketChannel> socket();

    abstract Class<? extends ServerSocketChannel> serverSocket();

    static NettyTransport best() {
        return NIO;
    }
}
