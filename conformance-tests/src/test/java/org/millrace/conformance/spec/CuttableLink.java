package org.millrace.conformance.spec;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.millrace.jms.MillraceConnectionFactory;

/**
 * Stands between client and broker and passes bytes on until a test cuts it. Threads of its own,
 * two for each link; any thread may cut.
 */
final class CuttableLink implements AutoCloseable {
    private final ServerSocket server;
    private final URI broker;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile boolean muted;

    CuttableLink(String brokerUri) throws IOException {
        broker = URI.create(brokerUri);
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        run(this::accept);
    }

    MillraceConnectionFactory factory() {
        return new MillraceConnectionFactory("millrace://127.0.0.1:" + server.getLocalPort());
    }

    /** How many links there were so far. */
    int accepted() {
        return accepted.get();
    }

    /** From now on nothing that the broker says arrives, until the next {@link #cut}. */
    void muteBroker() {
        muted = true;
    }

    /** Breaks all links; new ones are welcome. */
    void cut() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
        open.clear();
        muted = false;
    }

    /** Breaks all links for good, as a client machine that dies. */
    void cutForGood() throws IOException {
        server.close();
        cut();
    }

    @Override
    public void close() throws IOException {
        cutForGood();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = server.accept();
            Socket target = new Socket(broker.getHost(), broker.getPort());
            client.setTcpNoDelay(true);
            target.setTcpNoDelay(true);
            open.add(client);
            open.add(target);
            accepted.incrementAndGet();
            run(() -> pass(client, target, Direction.TO_BROKER));
            run(() -> pass(target, client, Direction.TO_CLIENT));
        }
    }

    private enum Direction {
        TO_BROKER,
        TO_CLIENT
    }

    private void pass(Socket from, Socket to, Direction direction) throws IOException {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[16_384];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                if (direction == Direction.TO_BROKER || !muted) {
                    out.write(buffer, 0, count);
                }
            }
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void run(Work work) {
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                work.run();
                            } catch (IOException cut) {
                                Thread.yield(); // the end that every link of this class comes to
                            }
                        },
                        "spec-cuttable-link");
        thread.setDaemon(true);
        thread.start();
    }
}
