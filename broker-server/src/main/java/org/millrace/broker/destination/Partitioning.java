package org.millrace.broker.destination;

import java.util.zip.CRC32C;
import org.millrace.broker.loop.RefusedException;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.record.Record;

/**
 * Which partition a batch belongs to: by CRC-32C of the key ({@code JMSXGroupID}), without key by
 * the session that sent it. Part of what is stored: it must not change, or keys would move. Pure.
 */
final class Partitioning {
    private Partitioning() {}

    static int of(int partitions, Arrival arrival) {
        return of(partitions, arrival.batch().iterator().next(), arrival.orderKey());
    }

    private static int of(int partitions, Record record, long orderKey) {
        if (record.key().isEmpty()) {
            return (int) Math.floorMod(orderKey, (long) partitions);
        }
        CRC32C checksum = new CRC32C();
        checksum.update(record.key().get());
        return (int) (checksum.getValue() % partitions);
    }

    /**
     * @throws RefusedException when the keys of the batch belong to several partitions
     */
    static void checkOneOf(int partitions, Arrival arrival) {
        int first = of(partitions, arrival);
        if (arrival.batch().recordCount() > 1) {
            for (Record record : arrival.batch()) {
                if (of(partitions, record, arrival.orderKey()) != first) {
                    throw RefusedException.of(
                            ErrorCode.INVALID_ARGUMENT,
                            "the keys of one batch belong to several of %d partitions;"
                                    + " nothing was stored; send a batch for each key",
                            partitions);
                }
            }
        }
    }
}
