package org.millrace.broker.dispatch;

import org.millrace.wire.record.JmsHeader;
import org.millrace.wire.record.Record;

/** Decides which messages a consumer or subscription is interested in. Pure. */
@FunctionalInterface
public interface Filter {
    Filter ALL = (record, header) -> true;

    boolean matches(Record record, JmsHeader header);

    default Filter and(Filter other) {
        return (record, header) -> matches(record, header) && other.matches(record, header);
    }
}
