package org.millrace.conformance.reconnect;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Carries the frames of clients to a broker and back, and cuts links at some of them. Counts over
 * both directions and all links. Any thread.
 */
final class CuttingProxy implements AutoCloseable {
    /** What becomes of the frame at which the link is cut. */
    enum Cut {
        /** Nothing of it arrives. */
        BEFORE,
        /** Half of its bytes arrive. */
        WITHIN
    }

    private final int brokerPort;
    private final ServerSocket listening;
    private final List<Socket> open = new ArrayList<>();
    private final Deque<Integer> gaps = new ArrayDeque<>();
    private int frames;
    private int cuts;
    private Cut how = Cut.BEFORE;

    CuttingProxy(int brokerPort) throws IOException {
        this.brokerPort = brokerPort;
        this.listening = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    }

    CuttingProxy start() {
        daemon("accept", this::accept);
        return this;
    }

    String uri(String options) {
        return "millrace://localhost:" + listening.getLocalPort() + options;
    }

    /**
     * Cuts so many times: at the frame of the first number from now on, counted from 1, then at the
     * frame of the second number after that, and so on.
     */
    synchronized void cutAt(List<Integer> frameGaps, Cut kind) {
        frames = 0;
        cuts = 0;
        gaps.clear();
        gaps.addAll(frameGaps);
        how = kind;
    }

    /** How often it has cut since {@link #cutAt}. */
    synchronized int cuts() {
        return cuts;
    }

    /** Cuts all links that are open now. */
    synchronized void cutAll() {
        open.forEach(CuttingProxy::close);
        open.clear();
    }

    private static void daemon(String role, Runnable work) {
        Thread thread = new Thread(work, "cutting-proxy-" + role);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                Socket broker = connect(client);
                if (broker != null) {
                    daemon("up", () -> pump(client, broker));
                    daemon("down", () -> pump(broker, client));
                }
            }
        } catch (IOException closed) {
            cutAll();
        }
    }

    /** Null, and the client's link cut, when the broker is not there. */
    private Socket connect(Socket client) throws IOException {
        client.setTcpNoDelay(true);
        try {
            Socket broker = new Socket(InetAddress.getLoopbackAddress(), brokerPort);
            broker.setTcpNoDelay(true);
            synchronized (this) {
                open.add(client);
                open.add(broker);
            }
            return broker;
        } catch (IOException absent) {
            close(client);
            return null;
        }
    }

    private void pump(Socket from, Socket to) {
        try {
            DataInputStream in = new DataInputStream(from.getInputStream());
            DataOutputStream out = new DataOutputStream(to.getOutputStream());
            while (true) {
                int length = in.readInt();
                byte[] frame = in.readNBytes(length);
                if (isTheOne()) {
                    if (how == Cut.WITHIN) {
                        out.writeInt(length);
                        out.write(frame, 0, length / 2);
                        out.flush();
                    }
                    break;
                }
                out.writeInt(length);
                out.write(frame);
                out.flush();
            }
        } catch (IOException lost) {
            // Either end is gone: so is the link.
        } finally {
            close(from);
            close(to);
        }
    }

    private synchronized boolean isTheOne() {
        frames++;
        if (gaps.isEmpty() || frames < gaps.peek()) {
            return false;
        }
        gaps.poll();
        frames = 0;
        cuts++;
        return true;
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException alreadyClosed) {
            throw new IllegalStateException(alreadyClosed);
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        cutAll();
    }
}
