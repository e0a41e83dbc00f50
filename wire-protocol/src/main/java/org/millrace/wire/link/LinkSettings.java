package org.millrace.wire.link;

import java.time.Duration;
import org.millrace.foundation.Check;
import org.millrace.wire.frame.FrameLimits;
import org.millrace.wire.frame.LinkEnd;

/**
 * How one end treats its links.
 *
 * @param highWaterBytes with more than this written and not taken by the other end, the link is
 *     congested until it is below {@code lowWaterBytes}
 * @param maxPendingBytes at this the link is closed: its writer did not heed the congestion
 * @param handshakeTimeout a link that is not authenticated by then is closed
 * @param connectTimeout for the client: until TCP is connected, and again until TLS is agreed
 */
public record LinkSettings(
        LinkEnd end,
        FrameLimits limits,
        int lowWaterBytes,
        int highWaterBytes,
        long maxPendingBytes,
        Duration handshakeTimeout,
        Duration connectTimeout) {

    public LinkSettings {
        Check.argument(
                0 < lowWaterBytes
                        && lowWaterBytes <= highWaterBytes
                        && highWaterBytes < maxPendingBytes,
                "water marks must ascend: low %d, high %d, most pending %d bytes",
                lowWaterBytes,
                highWaterBytes,
                maxPendingBytes);
    }

    /** What {@code end} uses unless told otherwise. */
    public static LinkSettings of(LinkEnd end) {
        return new LinkSettings(
                end,
                FrameLimits.DEFAULT,
                256 << 10,
                1 << 20,
                256L << 20,
                Duration.ofSeconds(10),
                Duration.ofSeconds(5));
    }

    public LinkSettings withLimits(FrameLimits limits) {
        return new LinkSettings(
                end,
                limits,
                lowWaterBytes,
                highWaterBytes,
                maxPendingBytes,
                handshakeTimeout,
                connectTimeout);
    }

    public LinkSettings withWaterMarks(int lowBytes, int highBytes, long maxBytes) {
        return new LinkSettings(
                end, limits, lowBytes, highBytes, maxBytes, handshakeTimeout, connectTimeout);
    }

    public LinkSettings withTimeouts(Duration handshake, Duration connect) {
        return new LinkSettings(
                end, limits, lowWaterBytes, highWaterBytes, maxPendingBytes, handshake, connect);
    }
}
