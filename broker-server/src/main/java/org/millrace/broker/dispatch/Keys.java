package org.millrace.broker.dispatch;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.millrace.wire.record.Record;

/**
 * The keys ({@code JMSXGroupID}) of one subscription that have a message in flight or waiting.
 * Confined to the loop of its destination; bounded by what may be in flight and {@link
 * Parked#LIMIT}.
 */
final class Keys {
    private final Map<ByteBuffer, Key> live = new HashMap<>();

    /** The key of the record, null when nothing of it is in flight or waits. */
    Key find(Record record) {
        return live.isEmpty() ? null : live.get(record.key().orElseThrow());
    }

    /** The key of the record, which from now on has something in flight or waiting. */
    Key get(Record record) {
        ByteBuffer name = record.key().orElseThrow();
        Key found = live.get(name);
        if (found == null) {
            // A copy: the record is part of a batch that must not be held for it.
            ByteBuffer own = ByteBuffer.allocate(name.remaining()).put(name).flip();
            found = new Key(own, this);
            live.put(own, found);
        }
        return found;
    }

    void forget(ByteBuffer name) {
        live.remove(name);
    }
}
