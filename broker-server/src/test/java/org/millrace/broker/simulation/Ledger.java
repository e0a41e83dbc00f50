package org.millrace.broker.simulation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.millrace.broker.simulation.Message.Status;
import org.millrace.broker.simulation.Message.Stream;
import org.millrace.broker.simulation.Receipt.State;
import org.millrace.wire.Address;
import org.millrace.wire.frame.Frame.SubscriptionKind;

/**
 * What all model clients know together, and what must therefore be true (DESIGN §12):
 *
 * <ul>
 *   <li>a confirmed send is delivered, and stored once; what was refused or rolled back is never
 *       seen; transactions are whole;
 *   <li>a confirmed acknowledgement is never redelivered (§6.2.11); no message is with two
 *       sessions;
 *   <li>a second delivery says so, and counts are exact unless a link or the broker was lost
 *       (§3.5.11);
 *   <li>messages of a session to a destination keep their order (§6.2.9.2), those with a key in it
 *       for each key, whoever gets them; a key is with one session at a time, whatever becomes of
 *       the number of partitions (ADR-0005, ADR-0008);
 *   <li>an offset never stands for another message; a subscription gets nothing from before it
 *       existed.
 * </ul>
 *
 * The first violation is kept; {@link #check} throws it, so that what runs on a loop need not.
 */
final class Ledger {
    /** Deliveries are under way so long at most. */
    private static final long LATE_MILLIS = 5000;

    private final Story story;
    private final Rules rules;
    private final LongSupplier nowMillis;
    private final List<Message> messages = new ArrayList<>();
    private final Map<Stream, List<Message>> streams = new LinkedHashMap<>();
    private final List<ModelSubscription> subscriptions = new ArrayList<>();
    private Optional<String> violation = Optional.empty();
    private Optional<ModelSubscription> letters = Optional.empty();
    private long tick;
    private int uncleanStops;
    private int disturbances;
    private long deliveries;
    private long keyedDeliveries;

    Ledger(Story story, Rules rules, LongSupplier nowMillis) {
        this.story = story;
        this.rules = rules;
        this.nowMillis = nowMillis;
    }

    void check() {
        if (violation.isPresent()) {
            throw new AssertionError(violation.get());
        }
    }

    void violated(String format, Object... arguments) {
        if (violation.isEmpty()) {
            violation = Optional.of(format.formatted(arguments));
            story.tell("VIOLATION: %s", violation.get());
        }
    }

    private void expect(boolean holds, String format, Object... arguments) {
        if (!holds) {
            violated(format, arguments);
        }
    }

    Message message(int id) {
        return messages.get(id);
    }

    int disturbances() {
        return disturbances;
    }

    List<Message> messages() {
        return messages;
    }

    List<Message> messagesTo(Address destination) {
        return messages.stream().filter(each -> each.destination().equals(destination)).toList();
    }

    List<ModelSubscription> subscriptionsOf(Address destination) {
        return subscriptions.stream().filter(each -> each.destination.equals(destination)).toList();
    }

    /** The broker writes a delivery of it. */
    void written(int messageId) {
        messages.get(messageId).written = true;
    }

    int messageCount() {
        return messages.size();
    }

    long deliveryCount() {
        return deliveries;
    }

    long keyedDeliveryCount() {
        return keyedDeliveries;
    }

    // ---------------------------------------------------------------- faults

    /** The broker stopped without saying so: non-persistent messages may be lost. */
    void uncleanStop() {
        uncleanStops++;
        stopped();
    }

    /** The broker stopped, in order or not. */
    void stopped() {
        disturbed();
        for (ModelSubscription each : subscriptions) {
            if (!each.isDurable()) {
                // It is gone; the next one of its name may get what is sent again.
                each.byOffset.clear();
                each.confirmedTick = Long.MAX_VALUE;
                messages.forEach(message -> message.receipts.remove(each));
            }
        }
    }

    /** What is on its way to a session may be counted as delivered though nobody saw it. */
    void disturbed() {
        disturbances++;
    }

    // ---------------------------------------------------------------- sends

    /** A message that is about to be sent, or taken into the transaction, which may be null. */
    Message newMessage(
            Stream stream, boolean persistent, int padding, ModelTransaction transaction) {
        Message message = new Message(messages.size(), stream, persistent, padding, transaction);
        messages.add(message);
        enqueue(message);
        if (transaction == null) {
            leaves(message);
        } else {
            message.status = Status.HELD;
            message.heldTick = ++tick;
            transaction.sends.add(message);
        }
        return message;
    }

    private void enqueue(Message message) {
        List<Message> stream = streams.computeIfAbsent(message.stream, absent -> new ArrayList<>());
        message.ordinal = stream.size();
        stream.add(message);
    }

    private void leaves(Message message) {
        message.status = Status.SENT;
        message.sentTick = ++tick;
        message.uncleanStopsBefore = uncleanStops;
        message.disturbancesBefore = disturbances;
    }

    /** A refused message is sent again, after all that was sent meanwhile. */
    void sentAgain(Message message) {
        streams.get(message.stream).set(message.ordinal, null);
        enqueue(message);
        leaves(message);
    }

    void confirmed(Message message) {
        story.tell("confirmed %s", message);
        message.status = Status.CONFIRMED;
        message.confirmedTick = ++tick;
    }

    void refused(Message message) {
        story.tell("refused %s", message);
        never(message, Status.REFUSED);
    }

    void unknown(Message message) {
        message.status = Status.UNKNOWN;
    }

    private void never(Message message, Status status) {
        message.status = status;
        for (Receipt receipt : message.receipts.values()) {
            expect(
                    !receipt.wasDelivered(),
                    "%s was delivered and then %s",
                    receipt.describe(),
                    status);
        }
    }

    // ---------------------------------------------------------------- transactions

    void acknowledgesIn(ModelTransaction transaction, Receipt receipt) {
        receipt.transaction = transaction;
        transaction.acknowledged.add(receipt);
    }

    void committing(ModelTransaction transaction) {
        transaction.sends.forEach(this::leaves);
        for (Receipt receipt : transaction.acknowledged) {
            if (receipt.transaction == transaction) {
                acknowledging(receipt);
            }
        }
    }

    /** From now on the branch has what it acknowledged, whatever becomes of links and broker. */
    void prepared(ModelTransaction branch) {
        story.tell("prepared %s", branch);
        expect(
                branch.rolledBackBecause.isEmpty(),
                "%s is said to be prepared, but %s",
                branch,
                branch.rolledBackBecause);
        branch.prepared = true;
        for (Receipt receipt : branch.acknowledged) {
            if (receipt.transaction == branch) {
                receipt.state = State.ACKING;
                receipt.holder = null;
            }
        }
    }

    /** It will not be committed; the broker knows, or is told until it does. */
    void rolledBackForGood(ModelTransaction branch) {
        List<Receipt> held =
                branch.acknowledged.stream()
                        .filter(each -> each.transaction == branch && !each.isSettled())
                        .toList();
        branch.prepared = false;
        branch.unknown = false;
        rolledBack(branch);
        held.forEach(each -> each.fromBranch = true);
    }

    /** Nobody will ever know. */
    void unsure(ModelTransaction branch) {
        branch.sends.forEach(this::unknown);
        for (Receipt receipt : branch.acknowledged) {
            if (receipt.transaction == branch) {
                unsure(receipt);
            }
        }
    }

    void committed(ModelTransaction transaction) {
        story.tell("committed %s", transaction);
        expect(
                transaction.rolledBackBecause.isEmpty(),
                "%s is said to be committed, but %s",
                transaction,
                transaction.rolledBackBecause);
        transaction.sends.forEach(this::confirmed);
        for (Receipt receipt : transaction.acknowledged) {
            if (receipt.transaction == transaction) {
                acknowledged(receipt);
            }
        }
    }

    /** Rolled back by whomever: its messages must never be seen, what it acknowledged is free. */
    void rolledBack(ModelTransaction transaction) {
        story.tell("rolled back %s", transaction);
        expect(
                transaction.committedBecause.isEmpty(),
                "%s is said to be rolled back, but %s",
                transaction,
                transaction.committedBecause);
        transaction.sends.forEach(message -> never(message, Status.GONE));
        for (Receipt receipt : transaction.acknowledged) {
            if (receipt.transaction == transaction) {
                gaveBack(receipt);
            }
        }
    }

    // ---------------------------------------------------------------- subscriptions

    void add(ModelSubscription subscription) {
        subscriptions.add(subscription);
    }

    /** The queue of letters. */
    void addLetters(ModelSubscription subscription) {
        letters = Optional.of(subscription);
        add(subscription);
    }

    void requested(ModelSubscription subscription) {
        subscription.requestedTick = Math.min(subscription.requestedTick, ++tick);
    }

    /** From now on it gets everything. */
    void exists(ModelSubscription subscription) {
        subscription.confirmedTick = Math.min(subscription.confirmedTick, ++tick);
    }

    /** All consumers are open: shared subscriptions in memory live from now on. */
    void everybodyIsThere() {
        for (ModelSubscription each : subscriptions) {
            if (each.kind == SubscriptionKind.SHARED) {
                exists(each);
            }
        }
    }

    void ended(ModelSubscription subscription) {
        story.tell("subscription %s has ended", subscription);
        subscription.ended = true;
    }

    // ---------------------------------------------------------------- deliveries

    /**
     * A delivery arrived at a session that takes it.
     *
     * @param firsts highest first deliveries to the consumer, or to the exclusive subscription
     */
    Receipt delivered(Arrival arrival, Map<Stream, Integer> firsts) {
        if (arrival.isStale()) {
            story.tell("%s gets #%d of before the move", arrival.receiver(), arrival.messageId());
            return stale(arrival);
        }
        checkStage(arrival);
        boolean first = isFirst(arrival);
        Receipt receipt = glimpsed(arrival);
        deliveries++;
        story.tell(
                "%s gets %s at %d, count %d",
                arrival.receiver(), receipt, arrival.place(), arrival.count());
        checkCount(receipt, arrival.count());
        boolean heldByOther =
                receipt.holder != null
                        && !receipt.holder.isOver()
                        && (receipt.state == State.HELD
                                || receipt.state == State.ACKING && receipt.transaction == null)
                        && !receipt.isEnding();
        expect(!receipt.isInDoubt(), "%s is with a prepared branch and came again", receipt);
        expect(
                !heldByOther,
                "%s is with a living session and was delivered again",
                receipt.describe());
        if (receipt.transaction != null && (receipt.state == State.ACKING || receipt.isEnding())) {
            receipt.transaction.rolledBackBecause = receipt + " was delivered again";
        }
        if (first && arrival.count() == 1) {
            checkOrder(receipt, arrival, firsts);
        }
        checkAlone(receipt, arrival);
        receipt.lastCount = arrival.count();
        receipt.state = State.HELD;
        receipt.holder = arrival.life();
        receipt.consumer = arrival.receiver();
        receipt.heldTick = ++tick;
        receipt.fromBranch = false;
        receipt.transaction = null;
        return receipt;
    }

    private void checkOrder(Receipt receipt, Arrival arrival, Map<Stream, Integer> firsts) {
        // Letters come in the order in which they were given up.
        boolean isOrdered = !letters.equals(Optional.of(receipt.subscription));
        Message message = receipt.message;
        if (isOrdered && message.stage == 0) {
            Integer before = firsts.put(message.stream, message.ordinal);
            expect(
                    before == null || before < message.ordinal,
                    "%s was delivered to %s after #%d",
                    receipt.describe(),
                    arrival.consumer(),
                    before);
        }
    }

    /**
     * Of a key, and of a partition that somebody owns: nothing is skipped, and nobody else has any.
     */
    private void checkAlone(Receipt receipt, Arrival arrival) {
        Message message = receipt.message;
        keyedDeliveries += message.stream.hasKey() ? 1 : 0;
        // One that is shared and in memory may have ended and begun again with another consumer.
        // What a selector leaves to others does not hold up what it takes.
        boolean isKeyed =
                message.stream.hasKey() && receipt.subscription.isDurable() && !rules.selective();
        boolean isAssigned = receipt.subscription.assigned && !rules.selective();
        if (message.stage == 0 && (receipt.subscription.exclusive || isKeyed || isAssigned)) {
            checkNothingSkipped(receipt, arrival.life());
        }
        if (message.stream.hasKey()) {
            Optional<Receipt> other = receipt.subscription.heldByOther(receipt, arrival.life());
            expect(
                    !isKeyed || other.isEmpty(),
                    "%s was delivered while %s is with another session",
                    receipt,
                    other);
        }
        if (isAssigned) {
            Optional<Receipt> other = receipt.subscription.assignedToOther(receipt, arrival);
            expect(
                    other.isEmpty(),
                    "%s was delivered to %s while %s of the same partition is with %s",
                    receipt,
                    arrival.receiver(),
                    other,
                    other.map(each -> each.consumer));
        }
    }

    private boolean isFirst(Arrival arrival) {
        Receipt known = messages.get(arrival.messageId()).receipts.get(arrival.subscription());
        return known == null || !known.wasDelivered();
    }

    /** What becomes of it is of no meaning any more. */
    private Receipt stale(Arrival arrival) {
        Receipt receipt = new Receipt(messages.get(arrival.messageId()), arrival.subscription());
        receipt.state = State.HELD;
        receipt.holder = arrival.life();
        return receipt;
    }

    /** A message of a queue and its letters are one after the other, and begin anew each time. */
    private void checkStage(Arrival arrival) {
        Message message = messages.get(arrival.messageId());
        boolean isLetter = letters.equals(Optional.of(arrival.subscription()));
        int stage = 2 * arrival.redrives() + (isLetter ? 1 : 0);
        expect(
                stage >= message.stage,
                "%s came to %s, redriven %d times, though it was further already (%d)",
                message,
                arrival.receiver(),
                arrival.redrives(),
                message.stage);
        if (stage > message.stage) {
            for (Receipt receipt : message.receipts.values()) {
                expect(
                        receipt.state != State.ACKED && !receipt.isHeld() && !receipt.isInDoubt(),
                        "%s is elsewhere, too: %s",
                        receipt.describe(),
                        arrival.receiver());
            }
            if (stage > 1) {
                message.receipts.clear();
            }
            message.stage = stage;
        }
    }

    /** A delivery arrived at somebody who does not take it any more. */
    Receipt glimpsed(Arrival arrival) {
        if (arrival.isStale()) {
            return stale(arrival);
        }
        Message message = messages.get(arrival.messageId());
        ModelSubscription subscription = arrival.subscription();
        Receipt receipt =
                message.receipts.computeIfAbsent(
                        subscription, absent -> new Receipt(message, absent));
        boolean mayExist =
                message.status == Status.SENT
                        || message.status == Status.CONFIRMED
                        || message.status == Status.UNKNOWN;
        expect(mayExist, "%s was delivered though it is %s", receipt, message.status);
        if (message.status == Status.SENT && message.transaction != null) {
            message.transaction.committedBecause = receipt + " was delivered";
        }
        if (letters.equals(Optional.of(subscription))) {
            checkLetter(message);
        } else {
            expect(
                    message.destination().equals(subscription.destination),
                    "%s was delivered to another destination's subscription",
                    receipt);
            expect(subscription.selects(message), "%s is not selected", receipt);
            checkTimes(message);
        }
        expect(
                message.confirmedTick > subscription.requestedTick,
                "%s was sent before the subscription existed",
                receipt);
        expect(
                receipt.state != State.ACKED,
                "%s was acknowledged and came again",
                receipt.describe());
        expect(
                receipt.need != Receipt.Need.NEVER,
                "%s was purged, passed over or deleted, and came",
                receipt);
        checkOffset(receipt, arrival.place());
        return receipt;
    }

    private void checkTimes(Message message) {
        long now = nowMillis.getAsLong();
        expect(now >= message.deliverAtMillis, "%s came before its time", message);
        boolean isLate =
                // One that was sent back after it had expired does not expire again.
                message.stage < 2
                        && message.expiresAtMillis != 0
                        && now > message.expiresAtMillis + LATE_MILLIS;
        expect(!isLate, "%s came long after it had expired", message);
    }

    /** A message of a queue leaves it for the letters only when it is with nobody. */
    private void checkLetter(Message message) {
        expect(rules.hasLettersOf(message.destination()), "%s is no letter", message);
        for (Receipt receipt : message.receipts.values()) {
            boolean isElsewhere =
                    receipt.subscription.destination.equals(message.destination())
                            && (receipt.state == State.ACKED
                                    || receipt.state == State.HELD && !receipt.holder.isOver());
            expect(!isElsewhere, "%s is a letter, too", receipt.describe());
        }
    }

    private void checkOffset(Receipt receipt, long offset) {
        Message message = receipt.message;
        expect(
                receipt.offset == Receipt.NOWHERE || receipt.offset == offset,
                "%s was delivered at offset %d, now at %d: it was stored twice",
                receipt,
                receipt.offset,
                offset);
        receipt.offset = offset;
        long place = offset * 10 + message.stream.priority();
        Message before = receipt.subscription.byOffset.put(place, message);
        // One that was lost in a crash, and settled by nobody, leaves its offset free.
        boolean isLost =
                before != null && !before.persistent && before.uncleanStopsBefore < uncleanStops;
        expect(
                before == null || before == message || isLost,
                "offset %d was %s for %s and is now %s",
                offset,
                before,
                receipt.subscription,
                message);
    }

    private void checkCount(Receipt receipt, int count) {
        Message message = receipt.message;
        if (receipt.seen > 0) {
            expect(count > 1, "%s was seen before and comes as if it was not", receipt.describe());
        }
        if (message.disturbancesBefore == disturbances) {
            expect(
                    count == receipt.seen + 1,
                    "%s comes with delivery count %d though nothing was lost",
                    receipt.describe(),
                    count);
        }
    }

    /**
     * What an exclusive consumer gets next, and anybody of a key, is the oldest of its stream:
     * everything before is settled, or with its session.
     */
    private void checkNothingSkipped(Receipt receipt, Life life) {
        ModelSubscription subscription = receipt.subscription;
        List<Message> stream = streams.get(receipt.message.stream);
        int from = subscription.firstOpen.getOrDefault(receipt.message.stream, 0);
        boolean finished = true;
        for (int i = from; i < receipt.message.ordinal; i++) {
            Message older = stream.get(i);
            boolean isFinished = older == null || isFinished(older, subscription);
            boolean isDone = isFinished || mayBePassed(older, subscription);
            finished &= isFinished;
            if (finished) {
                subscription.firstOpen.put(receipt.message.stream, i + 1);
            }
            if (!isDone && isRequired(older, subscription)) {
                Receipt open = older.receipts.get(subscription);
                expect(
                        open != null && open.isWith(life),
                        "%s was delivered before %s of the same session",
                        receipt,
                        older);
            }
        }
    }

    private static boolean isFinished(Message message, ModelSubscription subscription) {
        Receipt receipt = message.receipts.get(subscription);
        return message.status == Status.REFUSED
                || message.status == Status.GONE
                || receipt != null && receipt.isSettled();
    }

    private boolean mayBePassed(Message message, ModelSubscription subscription) {
        return rules.mayBePassed(message, subscription, message.disturbancesBefore != disturbances);
    }

    /** Acknowledged, or for good somewhere else. */
    boolean isSatisfied(Message message, ModelSubscription subscription) {
        Receipt receipt = message.receipts.get(subscription);
        if (receipt != null && receipt.isSettled()) {
            return true;
        }
        if (rules.hasLettersOf(subscription.destination)) {
            Receipt letter = letters.map(message.receipts::get).orElse(null);
            return letter != null && letter.isSettled();
        }
        boolean isGivenUp =
                receipt != null
                        && receipt.state == State.FREE
                        && receipt.lastCount >= rules.maxDeliveriesOf(subscription.destination);
        return isGivenUp || message.expiresAtMillis != 0;
    }

    void seen(Receipt receipt) {
        receipt.seen++;
    }

    /** The session has told, or lost its link: others may get it. */
    void gaveBack(Receipt receipt) {
        if (receipt.state != State.ACKED) {
            receipt.state = State.FREE;
            receipt.holder = null;
            receipt.transaction = null;
        }
    }

    void acknowledging(Receipt receipt) {
        receipt.state = State.ACKING;
    }

    void acknowledged(Receipt receipt) {
        story.tell("acknowledged %s", receipt);
        expect(
                receipt.state == State.ACKING,
                "%s came again though its acknowledgement was carried out",
                receipt.describe());
        receipt.state = State.ACKED;
        receipt.holder = null;
        receipt.ackedTick = ++tick;
    }

    /** The answer to the acknowledgement is lost. */
    void unsure(Receipt receipt) {
        receipt.state = State.UNSURE;
        receipt.holder = null;
    }

    // ---------------------------------------------------------------- what is missing

    /** Whether the subscription must get the message. */
    boolean isRequired(Message message, ModelSubscription subscription) {
        return message.status == Status.CONFIRMED
                && isMeantFor(message, subscription)
                && (message.persistent || message.uncleanStopsBefore == uncleanStops);
    }

    /** Whether the subscription must get the message if it is stored. */
    boolean isMeantFor(Message message, ModelSubscription subscription) {
        Receipt receipt = message.receipts.get(subscription);
        Receipt.Need need = receipt == null ? Receipt.Need.IF_SENT_SINCE : receipt.need;
        boolean isNeeded =
                need == Receipt.Need.REPLAYED
                        || need == Receipt.Need.IF_SENT_SINCE
                                && message.audienceTick() > subscription.confirmedTick;
        return isNeeded
                && message.destination().equals(subscription.destination)
                && !subscription.ended
                && subscription.selects(message);
    }

    /** Whether something was confirmed that its subscriptions have not acknowledged. */
    Optional<String> missing() {
        for (Message message : messages) {
            for (ModelSubscription subscription : subscriptions) {
                if (isRequired(message, subscription)) {
                    Receipt receipt = message.receipts.get(subscription);
                    if (!isSatisfied(message, subscription)) {
                        return Optional.of(
                                receipt == null
                                        ? message + " never came to " + subscription
                                        : receipt.describe());
                    }
                }
            }
        }
        return Optional.empty();
    }

    /**
     * An exclusive consumer was told that there is nothing more for it.
     *
     * @param askedTick when it asked
     */
    void drained(ModelSubscription subscription, long askedTick, Life life) {
        if (subscription.moving || subscription.movedTick > askedTick) {
            return;
        }
        for (Message message : messages) {
            if (message.confirmedTick < askedTick
                    && isRequired(message, subscription)
                    && !subscription.holdsKeyOf(message)
                    && !subscription.holdsPartitions()) {
                Receipt receipt = message.receipts.get(subscription);
                expect(
                        isSatisfied(message, subscription)
                                || rules.mayBeAway(
                                        message,
                                        subscription,
                                        message.disturbancesBefore != disturbances)
                                || receipt != null
                                        && (receipt.isInDoubt()
                                                || receipt.mayBeInBranch()
                                                || receipt.state != State.FREE
                                                        && receipt.holder == life),
                        "%s is said to be drained, but %s is still to come",
                        subscription,
                        message);
            }
        }
    }

    long now() {
        return ++tick;
    }
}
