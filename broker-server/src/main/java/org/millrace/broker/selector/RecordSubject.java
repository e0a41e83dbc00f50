package org.millrace.broker.selector;

import org.millrace.wire.record.CorruptRecordException;
import org.millrace.wire.record.JmsHeader;
import org.millrace.wire.record.MessageId;
import org.millrace.wire.record.MessageProperties;
import org.millrace.wire.record.Record;
import org.millrace.wire.record.Utf8;

/**
 * One record after another as the subject of selectors, read in place: no message is built, only
 * the values that are asked for. Confined to its caller; holds the record turned to last.
 *
 * <p>A field that cannot be read is NULL, and so are all of a record whose headers cannot be: a
 * selector never throws, whatever a client has sent.
 */
public final class RecordSubject implements SelectorSubject {
    private static final String PERSISTENT = "PERSISTENT";
    private static final String NON_PERSISTENT = "NON_PERSISTENT";

    private final MessageProperties properties = new MessageProperties();
    private Record record;
    private boolean readable;

    /** Turns to this record. */
    public RecordSubject turnTo(Record next) {
        record = next;
        try {
            properties.read(next);
            readable = true;
        } catch (CorruptRecordException corrupt) {
            readable = false;
        }
        return this;
    }

    @Override
    public Object value(Identifier identifier) {
        if (!readable) {
            return null;
        }
        try {
            return read(identifier);
        } catch (CorruptRecordException corrupt) {
            return null;
        }
    }

    private Object read(Identifier identifier) {
        JmsHeader header = properties.header();
        return switch (identifier.source()) {
            case PROPERTY -> properties.value(identifier.propertyName());
            case DELIVERY_MODE -> header.isPersistent() ? PERSISTENT : NON_PERSISTENT;
            case PRIORITY -> header.priority();
            case MESSAGE_ID -> header.messageId().map(MessageId::toString).orElse(null);
            case TIMESTAMP -> header.isTimestampDisabled() ? 0L : record.timestamp();
            case CORRELATION_ID -> header.correlationId().orElse(null);
            case TYPE -> header.type().orElse(null);
            case GROUP_ID -> record.key().map(Utf8::decode).orElse(null);
            case GROUP_SEQUENCE -> groupSequence(header);
            case USER_ID -> header.userId().orElse(null);
            case SET_ON_RECEIPT -> null;
        };
    }

    private static Integer groupSequence(JmsHeader header) {
        return header.groupSequence().isPresent() ? header.groupSequence().getAsInt() : null;
    }
}
