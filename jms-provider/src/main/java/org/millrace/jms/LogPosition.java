package org.millrace.jms;

import jakarta.jms.Message;
import java.util.Optional;
import org.millrace.jms.message.JmsMessage;

/**
 * Where a received message lies in the log of its destination. Offsets ascend within one partition
 * and one priority; they have gaps.
 */
public record LogPosition(int partition, long offset) {
    /** Empty for messages that were not received from a destination of this provider. */
    public static Optional<LogPosition> of(Message message) {
        return message instanceof JmsMessage ours ? ours.logPosition() : Optional.empty();
    }
}
