package org.millrace.broker.dispatch;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One key of a subscription. While a message of it is in flight the key is its consumer's: others
 * get no message of it. What waits of a key in one log is handed out from the lowest offset up, so
 * that one that rests until its redelivery holds up the rest of its key, and nothing else. Confined
 * to the loop of its destination.
 */
final class Key {
    private final KeyName name;
    private final Keys keys;
    private Map<Walk, Waiting> waiting = Map.of();
    private Seat owner;
    private int inFlight;

    Key(KeyName name, Keys keys) {
        this.name = name;
        this.keys = keys;
    }

    /** Who has messages of it in flight; null for nobody. */
    Seat owner() {
        return owner;
    }

    /** Whether this consumer may not get the next message of it that the walk comes across. */
    boolean bars(Seat seat, Walk walk) {
        return (owner != null && owner != seat) || waiting.containsKey(walk) || waitsBefore(walk);
    }

    /** Whether messages of it wait in an older layout. */
    boolean waitsBefore(Walk walk) {
        for (Walk other : waiting.keySet()) {
            if (other.precedes(walk)) {
                return true;
            }
        }
        return false;
    }

    /** A message of it is handed to the consumer. */
    void taken(Seat seat) {
        inFlight++;
        if (owner != seat) {
            owner = seat;
            showAll();
        }
    }

    /** A message of it is not in flight any more. */
    void ended() {
        inFlight--;
        if (inFlight == 0) {
            owner = null;
            showAll();
            forgetIfUnused();
        }
    }

    Waiting waitingIn(Walk walk) {
        if (waiting.isEmpty()) {
            waiting = new LinkedHashMap<>();
        }
        return waiting.computeIfAbsent(walk, absent -> new Waiting(this, walk));
    }

    /** What may be shown of it has changed. */
    void showAll() {
        waiting.values().forEach(Waiting::show);
    }

    /** Nothing of it waits in this walk any more. */
    void nothingWaitsIn(Walk walk) {
        waiting.remove(walk);
        showAll();
        forgetIfUnused();
    }

    private void forgetIfUnused() {
        if (inFlight == 0 && waiting.isEmpty()) {
            keys.forget(name);
        }
    }
}
