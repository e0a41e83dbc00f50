package org.millrace.broker.transaction;

/**
 * How far a branch is.
 *
 * <pre>
 *   OPEN --prepare--> PREPARING --durable--> PREPARED --commit--> ENDING --durable--> ENDED
 *   OPEN --commit in one phase--> ENDING
 *   OPEN --nothing to do, rolled back--> ENDED
 *   PREPARING --no room--> ENDED
 *   PREPARED --rollback--> ENDING --durable--> ENDED
 *   PREPARED --an operator decides--> ENDING --durable--> DECIDED --forget--> ENDED
 *   ENDING --no room, prepared before--> PREPARED
 * </pre>
 */
enum BranchState {
    /** Sessions work in it, or have. */
    OPEN,
    /** What it did is on its way to the store. */
    PREPARING,
    /** In doubt. */
    PREPARED,
    /** Its commit or rollback is on its way to the store. */
    ENDING,
    /** An operator decided; the transaction manager has not heard of it. */
    DECIDED,
    ENDED;

    boolean canBecome(BranchState next) {
        return switch (this) {
            case OPEN -> next == PREPARING || next == ENDING || next == ENDED;
            case PREPARING -> next == PREPARED || next == ENDED;
            case PREPARED -> next == ENDING;
            case ENDING -> next == PREPARED || next == DECIDED || next == ENDED;
            case DECIDED -> next == ENDED;
            case ENDED -> false;
        };
    }

    /** An answer of the store is awaited: what else is asked waits for it. */
    boolean isOnItsWay() {
        return this == PREPARING || this == ENDING;
    }
}
