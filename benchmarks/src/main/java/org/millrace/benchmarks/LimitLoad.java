package org.millrace.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;

/** Load for {@link LimitServer}, and the bare force. */
final class LimitLoad {
    private LimitLoad() {}

    static Sample send(int port, int clients, Duration duration) throws Exception {
        return Load.run(clients, duration, number -> client(port));
    }

    private static Load.Step client(int port) throws IOException {
        SocketChannel socket =
                SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        ByteBuffer message = ByteBuffer.allocateDirect(LimitServer.MESSAGE_BYTES);
        ByteBuffer answer = ByteBuffer.allocateDirect(1);
        return new Load.Step() {
            @Override
            public void run() throws IOException {
                message.clear();
                while (message.hasRemaining()) {
                    socket.write(message);
                }
                answer.clear();
                if (socket.read(answer) != 1) {
                    throw new IOException("the limit server closed the connection");
                }
            }

            @Override
            public void close() throws IOException {
                socket.close();
            }
        };
    }

    /** Writes 1 KiB to a preallocated file and forces it, over and over, on one thread. */
    static Sample bareForce(Path directory, Duration duration) throws Exception {
        return Load.run(1, duration, number -> forcing(directory));
    }

    private static Load.Step forcing(Path directory) throws IOException {
        FileChannel file = LimitServer.preallocated(directory.resolve("force.dat"));
        ByteBuffer message = ByteBuffer.allocateDirect(LimitServer.MESSAGE_BYTES);
        return new Load.Step() {
            private long position;

            @Override
            public void run() throws IOException {
                message.clear();
                file.write(message, position);
                file.force(false);
                position = (position + message.capacity()) % (32 * 1024 * 1024);
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }
}
