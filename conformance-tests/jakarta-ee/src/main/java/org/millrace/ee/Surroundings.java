package org.millrace.ee;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Chooses ports and starts the broker before Arquillian reads its configuration; kills it after the
 * last test.
 */
public final class Surroundings implements LauncherSessionListener {
    private static final int[] DEFAULT_PORTS = {
        8080, 8443, 9990, 4712, 4713, 4848, 8181, 7676, 3700, 9009, 8686
    };

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        int offset = freeOffset();
        System.setProperty("server.offset", String.valueOf(offset));
        System.setProperty("server.http", String.valueOf(8080 + offset));
        System.setProperty("server.https", String.valueOf(8181 + offset));
        System.setProperty("server.management", String.valueOf(9990 + offset));
        System.setProperty("server.admin", String.valueOf(4848 + offset));
        System.setProperty("millrace.url", ForkedBroker.get().url());
        try {
            ServerKit.get().prepare(offset);
            ForkedBroker.get().start();
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** How far all ports of a server are moved, so that several can run on one machine. */
    private static int freeOffset() {
        return new Random()
                .ints(10_000, 40_000)
                .filter(
                        offset ->
                                IntStream.of(DEFAULT_PORTS).allMatch(port -> isFree(port + offset)))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return probe.isBound();
        } catch (IOException used) {
            return false;
        }
    }

    @Override
    public void launcherSessionClosed(LauncherSession session) {
        try {
            ForkedBroker.get().kill();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
