package org.millrace.broker.settings;

import java.time.Duration;
import org.millrace.foundation.Check;

/**
 * Limits and names of one broker. Immutable.
 *
 * @param name told to clients and written to logs
 * @param maxFrameBytes largest frame taken; a message is smaller than that
 * @param idleTimeout a link that says nothing for so long is closed
 * @param handshakeTimeout a link that is not open by then is closed
 * @param maxOutstandingBytes sends of one connection that are not durable yet; its link is not read
 *     above that
 * @param maxTransactionBytes sends held back by one transaction; more are refused
 * @param maxUnsettled deliveries that one session may hold; it gets no more until it settles some
 * @param maxDestinations of both kinds together, temporary ones included
 * @param resumeGrace how long a connection whose link was lost keeps its client id, temporary
 *     destinations and non-durable subscriptions for its client to come back
 * @param takeoverDelay how long a consumer may sit on messages that nobody saw while another waits
 *     that has received later ones (ADR-0003)
 * @param horizonStep by how many offsets a delivery horizon is moved ahead
 * @param destinations settings of destinations by name pattern
 */
public record BrokerSettings(
        String name,
        int maxFrameBytes,
        Duration idleTimeout,
        Duration handshakeTimeout,
        long maxOutstandingBytes,
        long maxTransactionBytes,
        int maxUnsettled,
        int maxDestinations,
        Duration resumeGrace,
        Duration takeoverDelay,
        int horizonStep,
        DestinationDefaults destinations) {
    public static final BrokerSettings DEFAULTS =
            new BrokerSettings(
                    "millrace",
                    64 << 20,
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(10),
                    16L << 20,
                    256L << 20,
                    1_000_000,
                    100_000,
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(1),
                    1024,
                    DestinationDefaults.NONE);

    /** A delivery carries less beside its record. */
    public static final int DELIVERY_BYTES = 64;

    /** A frame carries less beside its deliveries. */
    private static final int FRAME_BYTES = 192;

    public BrokerSettings {
        Check.argument(horizonStep >= 2, "horizon step %d is below 2", horizonStep);
    }

    /** A larger record fits into no frame that delivers it. */
    public int maxRecordBytes() {
        return maxFrameBytes - FRAME_BYTES - DELIVERY_BYTES;
    }

    public BrokerSettings withResumeGrace(Duration grace) {
        return new BrokerSettings(
                name,
                maxFrameBytes,
                idleTimeout,
                handshakeTimeout,
                maxOutstandingBytes,
                maxTransactionBytes,
                maxUnsettled,
                maxDestinations,
                grace,
                takeoverDelay,
                horizonStep,
                destinations);
    }

    public BrokerSettings withName(String newName) {
        return new BrokerSettings(
                newName,
                maxFrameBytes,
                idleTimeout,
                handshakeTimeout,
                maxOutstandingBytes,
                maxTransactionBytes,
                maxUnsettled,
                maxDestinations,
                resumeGrace,
                takeoverDelay,
                horizonStep,
                destinations);
    }

    public BrokerSettings withDestinations(DestinationDefaults defaults) {
        return new BrokerSettings(
                name,
                maxFrameBytes,
                idleTimeout,
                handshakeTimeout,
                maxOutstandingBytes,
                maxTransactionBytes,
                maxUnsettled,
                maxDestinations,
                resumeGrace,
                takeoverDelay,
                horizonStep,
                defaults);
    }
}
