package org.millrace.wire.link;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.Authenticate;
import org.millrace.wire.frame.Frame.Authenticated;
import org.millrace.wire.frame.Frame.Done;
import org.millrace.wire.frame.Frame.Hello;
import org.millrace.wire.frame.Frame.Send;
import org.millrace.wire.frame.Frame.SetClientId;
import org.millrace.wire.frame.Frame.Welcome;
import org.millrace.wire.frame.FrameLimits;

/** The broker's end for tests: lets everybody in and answers sends at once. */
class EchoBroker implements LinkListener {
    final CompletableFuture<String> closed = new CompletableFuture<>();
    volatile Link link;
    private final int idleTimeoutMillis;

    EchoBroker() {
        this(0);
    }

    EchoBroker(int idleTimeoutMillis) {
        this.idleTimeoutMillis = idleTimeoutMillis;
    }

    @Override
    public void onOpen(Link opened) {
        link = opened;
    }

    @Override
    public void onFrame(Frame frame) {
        if (frame instanceof Send send) {
            link.write(new Done(send.requestId()));
        } else if (frame instanceof Hello) {
            link.write(
                    new Welcome(
                            1,
                            0,
                            "echo",
                            1,
                            1,
                            FrameLimits.DEFAULT.maxFrameBytes(),
                            idleTimeoutMillis,
                            List.of("ANONYMOUS")));
        } else if (frame instanceof Authenticate) {
            link.write(new Authenticated("", ByteBuffer.allocate(0)));
        } else if (frame instanceof SetClientId request) {
            link.write(new Done(request.requestId()));
        }
    }

    @Override
    public void onReadComplete() {
        link.flush();
    }

    @Override
    public void onDrained() {}

    @Override
    public void onClose(String reason) {
        closed.complete(reason);
    }
}
