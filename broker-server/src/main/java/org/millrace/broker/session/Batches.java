package org.millrace.broker.session;

import org.millrace.broker.destination.Arrival;
import org.millrace.broker.loop.RefusedException;
import org.millrace.broker.settings.BrokerSettings;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.record.CorruptRecordException;
import org.millrace.wire.record.JmsHeader;
import org.millrace.wire.record.Record;
import org.millrace.wire.record.RecordBatch;

/** What a batch must be like before anything of it is kept. */
final class Batches {
    private static final int HIGHEST_PRIORITY = 9;

    private Batches() {}

    /**
     * Reads every record once, so that nothing stored can trip up who reads it later. Gives the
     * earliest expiration, 0 when none expires.
     *
     * @throws RefusedException when the options or the batch are not acceptable
     */
    static long check(Frame.Send send, BrokerSettings settings) {
        if (send.priority() < 0 || send.priority() > HIGHEST_PRIORITY) {
            throw RefusedException.of(
                    ErrorCode.INVALID_ARGUMENT,
                    "priority %d, expected 0 to %d",
                    send.priority(),
                    HIGHEST_PRIORITY);
        }
        RecordBatch batch = send.batch();
        if (batch.isControl() || batch.lastOffsetDelta() != batch.recordCount() - 1) {
            throw RefusedException.of(
                    ErrorCode.INVALID_ARGUMENT,
                    "%s is a control batch or has gaps; nothing was stored",
                    batch);
        }
        long firstExpiration = 0;
        try {
            for (Record record : batch) {
                JmsHeader header = JmsHeader.of(record);
                firstExpiration = Arrival.earlier(firstExpiration, header.expiration());
                if (send.deliverAtMillis() != 0
                        && header.deliveryTime() != send.deliverAtMillis()) {
                    throw RefusedException.of(
                            ErrorCode.INVALID_ARGUMENT,
                            "delivery time %d, the message says %d; nothing was stored",
                            send.deliverAtMillis(),
                            header.deliveryTime());
                }
                if (record.sizeBytes() > settings.maxRecordBytes()) {
                    throw RefusedException.of(
                            ErrorCode.MESSAGE_TOO_LARGE,
                            "message of %d bytes, at most %d can be delivered",
                            record.sizeBytes(),
                            settings.maxRecordBytes());
                }
            }
        } catch (CorruptRecordException corrupt) {
            throw new RefusedException(
                    ErrorCode.INVALID_ARGUMENT, "nothing was stored: " + corrupt.getMessage());
        }
        return firstExpiration;
    }
}
