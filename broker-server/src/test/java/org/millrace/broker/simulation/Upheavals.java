package org.millrace.broker.simulation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    /** Those of one key of which a replay from the beginning must show at least one. */
    private record Survivors(ModelSubscription moved, int pass, List<Receipt> candidates) {
        boolean isOver() {
            return moved.pass != pass;
        }
    }

    private final Ledger ledger;
    private final Histories histories;
    private final List<Survivors> survivors = new ArrayList<>();

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
        survivors.removeIf(Survivors::isOver);
        if (move.kind() == Kind.EARLIEST
                && moved.selector.isEmpty()
                && histories.keepsNewest(moved.destination)) {
            noteSurvivors(moved, messages);
        }
    }

    /** Of each key something that nothing confirmed is behind: compaction keeps the newest. */
    private void noteSurvivors(ModelSubscription moved, List<Message> messages) {
        Map<String, List<Message>> byKey = new LinkedHashMap<>();
        for (Message message : messages) {
            if (wasSent(message)) {
                byKey.computeIfAbsent(message.stream.key(), absent -> new ArrayList<>())
                        .add(message);
            }
        }
        for (List<Message> ofKey : byKey.values()) {
            List<Message> newest =
                    ofKey.stream().filter(each -> !isReplacedIn(ofKey, each)).toList();
            if (newest.stream().anyMatch(Upheavals::isStored)) {
                survivors.add(
                        new Survivors(
                                moved,
                                moved.pass,
                                newest.stream().map(each -> each.receipts.get(moved)).toList()));
            }
        }
    }

    private static boolean isReplacedIn(List<Message> ofKey, Message message) {
        return ofKey.stream()
                .anyMatch(
                        each ->
                                isStored(each)
                                        && message.status == Status.CONFIRMED
                                        && each.sentTick > message.confirmedTick);
    }

    private static boolean isStored(Message message) {
        return message.status == Status.CONFIRMED && message.persistent;
    }

    /** When everything has arrived: each replay of a compacted topic showed each key. */
    void checkReplays() {
        for (Survivors each : survivors) {
            boolean isThere =
                    each.isOver() || each.candidates().stream().anyMatch(Receipt::wasDelivered);
            if (!isThere) {
                ledger.violated(
                        "a replay of %s showed none of %s", each.moved(), each.candidates());
            }
        }
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
        survivors.removeIf(each -> each.moved() == purged);
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
        survivors.removeIf(each -> each.moved() == purged);
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
