package org.millrace.broker.simulation;

import java.util.function.Consumer;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.link.Link;
import org.millrace.wire.link.LinkListener;

/**
 * The broker's end of a link, which tells what leaves at the moment when it is written: so the
 * ledger knows what was on its way when something happened.
 */
final class WatchedLink implements Link {
    private final Link real;
    private final Consumer<Frame> watcher;

    private WatchedLink(Link real, Consumer<Frame> watcher) {
        this.real = real;
        this.watcher = watcher;
    }

    /** The listener, with a link whose frames the watcher sees before they leave. */
    static LinkListener watched(LinkListener listener, Consumer<Frame> watcher) {
        return new LinkListener() {
            @Override
            public void onOpen(Link link) {
                listener.onOpen(new WatchedLink(link, watcher));
            }

            @Override
            public void onFrame(Frame frame) {
                listener.onFrame(frame);
            }

            @Override
            public void onReadComplete() {
                listener.onReadComplete();
            }

            @Override
            public void onDrained() {
                listener.onDrained();
            }

            @Override
            public void onClose(String reason) {
                listener.onClose(reason);
            }
        };
    }

    @Override
    public void write(Frame frame) {
        watcher.accept(frame);
        real.write(frame);
    }

    @Override
    public void flush() {
        real.flush();
    }

    @Override
    public boolean isCongested() {
        return real.isCongested();
    }

    @Override
    public void setReading(boolean reading) {
        real.setReading(reading);
    }

    @Override
    public void close() {
        real.close();
    }

    @Override
    public String peer() {
        return real.peer();
    }
}
