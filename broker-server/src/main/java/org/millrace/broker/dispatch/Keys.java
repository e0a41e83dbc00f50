package org.millrace.broker.dispatch;

import java.util.HashMap;
import java.util.Map;
import org.millrace.wire.record.Record;

/**
 * The keys ({@code JMSXGroupID}) of one subscription that have a message in flight or waiting.
 * Confined to the loop of its destination; bounded by what may be in flight and {@link
 * Parked#LIMIT}.
 */
final class Keys {
    private final Map<KeyName, Key> live = new HashMap<>();

    /** Of the record that was asked for last. */
    private final KeyName asked = new KeyName();

    /** The key of the record, null when nothing of it is in flight or waits. */
    Key find(Record record) {
        if (live.isEmpty()) {
            return null;
        }
        asked.read(record);
        return live.get(asked);
    }

    /** The key of the record, which from now on has something in flight or waiting. */
    Key get(Record record) {
        asked.read(record);
        Key found = live.get(asked);
        if (found == null) {
            // A copy: the record is part of a batch that must not be held for it.
            KeyName own = asked.copy();
            found = new Key(own, this);
            live.put(own, found);
        }
        return found;
    }

    void forget(KeyName name) {
        live.remove(name);
    }
}
