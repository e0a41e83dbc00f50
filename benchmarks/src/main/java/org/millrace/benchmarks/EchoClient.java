package org.millrace.benchmarks;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.concurrent.SynchronousQueue;

/** Sends through a Netty channel and waits for the echo, one at a time. */
final class EchoClient implements Load.Step {
    private static final int BYTES = 256;

    private final MultiThreadIoEventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final SynchronousQueue<Boolean> echoed = new SynchronousQueue<>();
    private final Channel channel;

    EchoClient(int port) throws InterruptedException {
        channel =
                new Bootstrap()
                        .group(group)
                        .channel(NioSocketChannel.class)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .handler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel opened) {
                                        opened.pipeline().addLast(new Counter());
                                    }
                                })
                        .connect("127.0.0.1", port)
                        .sync()
                        .channel();
    }

    @Override
    public void run() throws InterruptedException {
        var unused =
                channel.writeAndFlush(
                        channel.alloc().buffer(BYTES).writeZero(BYTES), channel.voidPromise());
        echoed.take();
    }

    @Override
    public void close() {
        var unused = group.shutdownGracefully();
    }

    private final class Counter extends SimpleChannelInboundHandler<ByteBuf> {
        private int received;

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf message)
                throws Exception {
            received += message.readableBytes();
            if (received >= BYTES) {
                received -= BYTES;
                echoed.put(true);
            }
        }
    }
}
