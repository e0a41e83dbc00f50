package org.millrace.wire.link;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import org.millrace.foundation.Check;
import org.millrace.foundation.Loop;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.LinkEnd;

/**
 * Two ends of one link inside one process, each on its own loop: in-VM connections, and the network
 * of the simulation. Every frame passes through the codec, as over TCP.
 *
 * <p>The faults may be set from any thread; they act on what is flushed or arrives afterwards.
 */
public final class DirectLinks {
    /** What one end brings along. */
    public record Party(Loop loop, LinkSettings settings, LinkListener listener) {}

    private final DirectLink client;
    private final DirectLink broker;
    private final Map<LinkEnd, Supplier<Duration>> delays = new ConcurrentHashMap<>();
    private volatile BiPredicate<LinkEnd, Frame> gate = (from, frame) -> true;

    private DirectLinks(String name, Party client, Party broker, Complaints complaints) {
        Check.argument(
                client.settings().end() == LinkEnd.CLIENT
                        && broker.settings().end() == LinkEnd.BROKER,
                "parties of %s are the wrong way round",
                name);
        this.client = new DirectLink(LinkEnd.CLIENT, client, name, this, complaints);
        this.broker = new DirectLink(LinkEnd.BROKER, broker, name + " client", this, complaints);
        this.client.join(this.broker);
        this.broker.join(this.client);
    }

    /** Opens the link; each listener hears of it on its own loop. */
    public static DirectLinks open(String name, Party client, Party broker) {
        DirectLinks links = new DirectLinks(name, client, broker, new Complaints());
        links.broker.onLoop(links.broker::opened);
        links.client.onLoop(links.client::opened);
        return links;
    }

    public Link client() {
        return client;
    }

    public Link broker() {
        return broker;
    }

    /** Both ends lose the link; what was on the way is lost. */
    public void cut(String reason) {
        client.cut(reason);
        broker.cut(reason);
    }

    /** What this end flushes arrives so much later; asked anew for each flush. Order stays. */
    public void delay(LinkEnd from, Supplier<Duration> delay) {
        delays.put(from, delay);
    }

    /**
     * Shows each frame to the test just before it arrives, on the loop where it arrives; when the
     * answer is false the link is cut and the frame is lost.
     */
    public void gate(BiPredicate<LinkEnd, Frame> mayPass) {
        gate = mayPass;
    }

    boolean mayPass(LinkEnd from, Frame frame) {
        return gate.test(from, frame);
    }

    Duration delayFrom(LinkEnd end) {
        return delays.isEmpty()
                ? Duration.ZERO
                : delays.getOrDefault(end, () -> Duration.ZERO).get();
    }
}
