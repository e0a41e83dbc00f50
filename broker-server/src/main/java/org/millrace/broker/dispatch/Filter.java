package org.millrace.broker.dispatch;

import org.millrace.wire.record.CorruptRecordException;
import org.millrace.wire.record.JmsHeader;
import org.millrace.wire.record.Record;

/** Decides which messages a consumer or subscription is interested in. Pure. */
@FunctionalInterface
public interface Filter {
    Filter ALL = (record, header) -> true;

    /**
     * @throws CorruptRecordException when what it looks at cannot be read
     */
    boolean matches(Record record, JmsHeader header);

    /** What cannot be read has no value; a filter that needs it is not true. */
    default boolean matchesReadable(Record record, JmsHeader header) {
        try {
            return matches(record, header);
        } catch (CorruptRecordException unreadable) {
            return false;
        }
    }

    default Filter and(Filter other) {
        return (record, header) -> matches(record, header) && other.matches(record, header);
    }
}
