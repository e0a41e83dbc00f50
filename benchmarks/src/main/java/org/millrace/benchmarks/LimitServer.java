package org.millrace.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The limit of what a machine can do: a bare TCP server that writes each 1 KiB message to a
 * preallocated file and forces it before answering with one byte. Messages that wait while a force
 * runs share the next one.
 *
 * <p>One thread per client reads; the thread that finds no force running does it for all that wait.
 */
public final class LimitServer {
    static final int MESSAGE_BYTES = 1024;
    private static final int FILE_BYTES = 64 * 1024 * 1024;

    private final FileChannel file;
    private final List<Waiting> waiting = new ArrayList<>();
    private boolean forcing;
    private long position;

    private record Waiting(SocketChannel client, ByteBuffer message) {}

    private LimitServer(FileChannel file) {
        this.file = file;
    }

    /** Arguments: directory. Prints {@code READY port}. */
    public static void main(String[] args) throws IOException {
        Path path = Path.of(args[0], "limit.dat");
        try (FileChannel file = preallocated(path);
                ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            System.out.println("READY " + ((InetSocketAddress) server.getLocalAddress()).getPort());
            LimitServer limit = new LimitServer(file);
            while (true) {
                SocketChannel client = server.accept();
                client.setOption(StandardSocketOptions.TCP_NODELAY, true);
                Thread reader = new Thread(() -> limit.serve(client), "limit-client");
                reader.setDaemon(true);
                reader.start();
            }
        }
    }

    static FileChannel preallocated(Path path) throws IOException {
        FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
        for (long at = 0; at < FILE_BYTES; at += zeros.capacity()) {
            zeros.clear();
            file.write(zeros, at);
        }
        file.force(true);
        return file;
    }

    private void serve(SocketChannel client) {
        try (client) {
            while (true) {
                ByteBuffer message = ByteBuffer.allocateDirect(MESSAGE_BYTES);
                while (message.hasRemaining()) {
                    if (client.read(message) < 0) {
                        return;
                    }
                }
                store(new Waiting(client, message.flip()));
            }
        } catch (IOException gone) {
            System.err.println("client gone: " + gone.getMessage());
        }
    }

    private void store(Waiting message) throws IOException {
        synchronized (waiting) {
            waiting.add(message);
            if (forcing) {
                return;
            }
            forcing = true;
        }
        while (true) {
            List<Waiting> round;
            synchronized (waiting) {
                if (waiting.isEmpty()) {
                    forcing = false;
                    return;
                }
                round = new ArrayList<>(waiting);
                waiting.clear();
            }
            ByteBuffer[] messages = round.stream().map(Waiting::message).toArray(ByteBuffer[]::new);
            if (position + (long) messages.length * MESSAGE_BYTES > FILE_BYTES) {
                position = 0;
            }
            file.position(position);
            long left = (long) messages.length * MESSAGE_BYTES;
            while (left > 0) {
                left -= file.write(messages);
            }
            position = file.position();
            file.force(false);
            for (Waiting answered : round) {
                answered.client().write(ByteBuffer.allocate(1));
            }
        }
    }
}
