package org.millrace.wire.admin;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.millrace.wire.Address;

/**
 * How far a subscription is behind what was sent, from the bounds of logs and the positions of
 * cursors; no message is read for it.
 *
 * @param subscription empty for the one of a queue
 * @param messages not settled; at most: gaps, and what a selector will leave out, count
 * @param bytes that they take, in proportion to the logs they are in
 * @param oldest when the oldest of them was sent: exact when nobody is further behind, else in
 *     proportion
 * @param secondsBehind how long ago that is; 0 when there is none
 * @param inFlight delivered and not settled
 * @param holders open consumers, at most {@value #MAX_HOLDERS}
 * @param moreHolders how many were left out
 * @param heldElsewhere in flight with consumers that are closed, in transactions that are not
 *     committed, or being settled
 */
public record Lag(
        Address.Kind kind,
        String destination,
        String subscription,
        Optional<String> clientId,
        long messages,
        long bytes,
        Optional<Instant> oldest,
        long secondsBehind,
        int inFlight,
        List<Holder> holders,
        int moreHolders,
        int heldElsewhere) {
    /** Most consumers named for one subscription. */
    public static final int MAX_HOLDERS = 20;
}
