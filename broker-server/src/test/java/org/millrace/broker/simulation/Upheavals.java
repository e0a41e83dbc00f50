package org.millrace.broker.simulation;

import java.util.List;
import org.millrace.broker.simulation.Message.Status;
import org.millrace.broker.simulation.Receipt.Need;
import org.millrace.broker.simulation.Receipt.State;
import org.millrace.wire.Address;

/**
 * What administrators do to many messages at once, as the ledger must take it: moves of
 * subscriptions, purges, deletions. Each is either known to have happened, at the moment when the
 * broker wrote its answer, or the broker was lost before and it may have happened.
 */
final class Upheavals {
    /** Where a subscription is moved to. */
    enum Kind {
        EARLIEST,
        LATEST,
        TIME
    }

    /**
     * A move that was asked for.
     *
     * @param sinceMillis of {@code TIME}: what was created then or later comes again
     * @param requestTick ledger time at which it was asked for
     */
    record Move(Kind kind, long sinceMillis, long requestTick) {}

    private final Ledger ledger;
    private final Histories histories;

    Upheavals(Ledger ledger, Histories histories) {
        this.ledger = ledger;
        this.histories = histories;
    }

    // ---------------------------------------------------------------- moves

    /** From here on deliveries are of the new pass; those on their way are of the old one. */
    void moved(ModelSubscription moved, Move move) {
        List<Message> messages = ledger.messagesTo(moved.destination);
        for (Message message : messages) {
            Receipt before = message.receipts.get(moved);
            if (wasSent(message)) {
                Receipt fresh = new Receipt(message, moved);
                fresh.need = need(message, moved, before, move);
                message.receipts.put(moved, fresh);
            }
        }
        if (move.kind() != Kind.LATEST) {
            moved.requestedTick = 0;
        }
        moved.newPass(ledger.now());
    }

    private Need need(Message message, ModelSubscription moved, Receipt before, Move move) {
        boolean isDelayed = message.deliverAtMillis != 0;
        if (move.kind() == Kind.LATEST) {
            boolean isPassed =
                    message.status == Status.CONFIRMED
                            && message.confirmedTick < move.requestTick()
                            && !isDelayed;
            return isPassed ? Need.NEVER : Need.OPEN;
        }
        boolean isMeant =
                move.kind() == Kind.EARLIEST || message.createdMillis >= move.sinceMillis();
        boolean wasDue = ledger.isMeantFor(message, moved);
        if (!isMeant || isDelayed && !wasDue) {
            return Need.OPEN;
        }
        if (histories.keeps(message)) {
            return Need.REPLAYED;
        }
        boolean isUnfinished =
                wasDue
                        && (before == null || before.need != Need.OPEN)
                        && !ledger.isSatisfied(message, moved);
        return isUnfinished ? Need.REPLAYED : Need.OPEN;
    }

    /** The broker was lost before it answered. */
    void mayHaveMoved(ModelSubscription moved, Move move) {
        for (Message message : ledger.messagesTo(moved.destination)) {
            if (!wasSent(message)) {
                continue;
            }
            boolean wasDue = ledger.isMeantFor(message, moved);
            Receipt receipt = receipt(message, moved);
            boolean staysDue = wasDue && move.kind() == Kind.EARLIEST;
            if (receipt.isSettled()) {
                receipt.state = State.UNSURE;
            } else if (!staysDue || receipt.need == Need.NEVER) {
                receipt.need = Need.OPEN;
            }
            receipt.seen = 0;
            receipt.lastCount = 0;
        }
        if (move.kind() != Kind.LATEST) {
            moved.requestedTick = 0;
        }
        moved.newPass(ledger.now());
    }

    // ---------------------------------------------------------------- purges

    /** What was there and with nobody is gone. */
    void purged(ModelSubscription purged, long requestTick) {
        for (Message message : ledger.messagesTo(purged.destination)) {
            Receipt receipt = receipt(message, purged);
            if (!wasSent(message) || receipt.isSettled()) {
                continue;
            }
            // What was written once may be with a consumer, and come back from there.
            boolean wasFree =
                    message.status == Status.CONFIRMED
                            && message.confirmedTick < requestTick
                            && !message.written
                            && message.deliverAtMillis == 0
                            && message.expiresAtMillis == 0;
            receipt.need = wasFree ? Need.NEVER : Need.OPEN;
        }
    }

    void mayBePurged(ModelSubscription purged) {
        for (Message message : ledger.messagesTo(purged.destination)) {
            Receipt receipt = receipt(message, purged);
            if (wasSent(message) && !receipt.isSettled() && receipt.need != Need.NEVER) {
                receipt.need = Need.OPEN;
            }
        }
    }

    // ---------------------------------------------------------------- deletions

    /** Its messages are gone; what is sent on may be for the next one of this name. */
    void deleted(Address destination, long requestTick) {
        for (ModelSubscription each : ledger.subscriptionsOf(destination)) {
            for (Message message : ledger.messagesTo(destination)) {
                boolean isGone =
                        message.status == Status.CONFIRMED && message.confirmedTick < requestTick;
                if (wasSent(message)) {
                    Receipt fresh = new Receipt(message, each);
                    fresh.need = isGone ? Need.NEVER : Need.OPEN;
                    message.receipts.put(each, fresh);
                }
            }
            each.byOffset.clear();
            each.newPass(ledger.now());
        }
    }

    void mayBeDeleted(Address destination) {
        for (ModelSubscription each : ledger.subscriptionsOf(destination)) {
            mayBePurged(each);
            each.byOffset.clear();
            ledger.messagesTo(destination)
                    .forEach(
                            message -> {
                                receipt(message, each).offset = Receipt.NOWHERE;
                            });
        }
    }

    // ---------------------------------------------------------------- both

    private static Receipt receipt(Message message, ModelSubscription subscription) {
        return message.receipts.computeIfAbsent(
                subscription, absent -> new Receipt(message, absent));
    }

    /** It may be in the log; what a transaction still holds is sent later. */
    private static boolean wasSent(Message message) {
        return message.status == Status.SENT
                || message.status == Status.CONFIRMED
                || message.status == Status.UNKNOWN;
    }
}
