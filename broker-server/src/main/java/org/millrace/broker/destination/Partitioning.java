package org.millrace.broker.destination;

import java.util.zip.CRC32C;
import org.millrace.broker.loop.RefusedException;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.record.Record;

/**
 * Which partition of a layout a batch belongs to: by CRC-32C of the key ({@code JMSXGroupID}),
 * without key by the session that sent it. Part of what is stored: it must not change, or keys
 * would move. Pure.
 */
final class Partitioning {
    private Partitioning() {}

    static int of(Layouts.Layout layout, Arrival arrival) {
        return layout.count() == 1
                ? layout.first()
                : of(layout, arrival.batch().iterator().next(), arrival.orderKey());
    }

    /** {@code orderKey} stands in for a key that the record does not have. */
    static int of(Layouts.Layout layout, Record record, long orderKey) {
        if (record.key().isEmpty()) {
            return layout.first() + (int) Math.floorMod(orderKey, (long) layout.count());
        }
        CRC32C checksum = new CRC32C();
        checksum.update(record.key().get());
        return layout.first() + (int) (checksum.getValue() % layout.count());
    }

    /**
     * @throws RefusedException when the keys of the batch belong to several partitions
     */
    static void checkOneOf(Layouts.Layout layout, Arrival arrival) {
        if (layout.count() > 1 && arrival.batch().recordCount() > 1) {
            int first = of(layout, arrival);
            for (Record record : arrival.batch()) {
                if (of(layout, record, arrival.orderKey()) != first) {
                    throw RefusedException.of(
                            ErrorCode.INVALID_ARGUMENT,
                            "the keys of one batch belong to several of %d partitions;"
                                    + " nothing was stored; send a batch for each key",
                            layout.count());
                }
            }
        }
    }

    /**
     * @throws RefusedException when a message has no key
     */
    static void checkHasKeys(Arrival arrival, Address compacted) {
        for (Record record : arrival.batch()) {
            if (!record.hasKey()) {
                throw RefusedException.of(
                        ErrorCode.INVALID_ARGUMENT,
                        "%s keeps the newest message of each key and takes none without;"
                                + " nothing was stored; set JMSXGroupID",
                        compacted);
            }
        }
    }
}
