package org.millrace.broker.simulation;

/** What one subscription made of one message, as its consumers know it. */
final class Receipt {
    enum State {
        /** Not delivered, or given back. */
        FREE,
        /** With a session that has not acknowledged it. */
        HELD,
        /** The acknowledgement, or the commit that holds it, is on its way. */
        ACKING,
        /** The acknowledgement was confirmed: it must not come again. */
        ACKED,
        /** The answer to the acknowledgement was lost: it may come again or not. */
        UNSURE
    }

    /** Whether the subscription must get the message. */
    enum Need {
        /** When it was sent after the subscription began. */
        IF_SENT_SINCE,
        /** It is part of what is replayed. */
        REPLAYED,
        /** It may have been purged, passed over or trimmed, or not. */
        OPEN,
        /** It was purged or passed over: it must not come. */
        NEVER
    }

    static final long NOWHERE = -1;

    final Message message;
    final ModelSubscription subscription;
    State state = State.FREE;
    Need need = Need.IF_SENT_SINCE;
    long offset = NOWHERE;

    /** How often an application saw it. */
    int seen;

    /** Of its newest delivery. */
    int lastCount;

    /** The link of the session that holds it; null when free. */
    Life holder;

    /** Which consumer got it last, and its opening. */
    String consumer = "";

    /** Ledger time of the newest delivery. */
    long heldTick;

    /** Ledger time at which the acknowledgement was confirmed. */
    long ackedTick = Long.MAX_VALUE;

    /** A branch that had it is rolled back; it did not come again since. */
    boolean fromBranch;

    /** The transaction that acknowledges it; null when none does. */
    ModelTransaction transaction;

    Receipt(Message message, ModelSubscription subscription) {
        this.message = message;
        this.subscription = subscription;
    }

    /** Whether it is held by this session, or about to leave whoever holds it. */
    boolean isWith(Life life) {
        // The answer to an acknowledgement may come later than what it set free.
        boolean isLeaving = !subscription.exclusive && state == State.ACKING;
        return isLeaving || isInDoubt() || mayBeInBranch() || state != State.FREE && holder == life;
    }

    /** With somebody whose link is there, as far as that one knows. */
    boolean isHeld() {
        return state == State.HELD && !holder.isOver() && !isEnding();
    }

    /** Its transaction may be rolled back already: the answer comes later than what it set free. */
    boolean isEnding() {
        return transaction != null && transaction.ending;
    }

    /** A branch in doubt has it. */
    boolean isInDoubt() {
        return state == State.ACKING && transaction != null && transaction.prepared;
    }

    /** Whether it was acknowledged, as far as its consumer knows. */
    boolean isSettled() {
        return state == State.ACKED || state == State.UNSURE;
    }

    /** A branch may have it, or had it a moment ago: others may pass. */
    boolean mayBeInBranch() {
        return fromBranch || transaction != null && transaction.unknown;
    }

    boolean wasDelivered() {
        return offset != NOWHERE;
    }

    /** With what changes. */
    String describe() {
        return "%s, %s, seen %d times,".formatted(this, state, seen);
    }

    @Override
    public String toString() {
        return message + " for " + subscription;
    }
}
