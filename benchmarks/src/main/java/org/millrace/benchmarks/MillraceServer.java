package org.millrace.benchmarks;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.millrace.broker.Broker;

/** A standalone broker with the embedded engine on a directory. Arguments: directory. */
public final class MillraceServer {
    private MillraceServer() {}

    public static void main(String[] args) throws Exception {
        Broker broker =
                Broker.builder().directory(Path.of(args[0])).host("127.0.0.1").port(0).build();
        broker.start();
        Runtime.getRuntime().addShutdownHook(new Thread(broker::close));
        System.out.println("READY " + broker.port());
        new CountDownLatch(1).await();
    }
}
