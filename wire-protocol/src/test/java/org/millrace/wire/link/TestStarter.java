package org.millrace.wire.link;

import java.time.InstantSource;
import java.util.Map;
import org.millrace.foundation.ThreadLoop;
import org.millrace.wire.frame.LinkEnd;

/** Stands in for the broker's starter, under one name. */
public final class TestStarter implements EmbeddedBrokerStarter {
    static final String NAME = "test-starter";

    private static ThreadLoop loop;
    private static VmServer server;

    @Override
    public void start(String name) {
        if (!name.equals(NAME)) {
            throw new IllegalArgumentException("not a name of this test");
        }
        loop = new ThreadLoop(name, InstantSource.system(), Throwable::printStackTrace);
        server = new VmServer(loop, LinkSettings.of(LinkEnd.BROKER), EchoBroker::new);
        server.start(name);
    }

    @Override
    public AutoCloseable start(String name, Map<String, String> settings) {
        start(name);
        return TestStarter::stop;
    }

    static void stop() {
        server.close();
        loop.close();
    }
}
