package org.millrace.jms.client;

import jakarta.jms.Message;
import java.util.Optional;
import org.millrace.jms.LogPosition;
import org.millrace.jms.MillraceDestination;
import org.millrace.jms.message.JmsMessage;
import org.millrace.jms.message.MessageDecoder;
import org.millrace.wire.Address;
import org.millrace.wire.frame.Frame.Delivery;
import org.millrace.wire.record.CorruptRecordException;
import org.millrace.wire.record.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the messages of one consumer, on the thread that consumes. What has expired while it was
 * buffered is settled unseen (§3.4.9); what cannot be decoded is rejected.
 */
final class DeliveryOpener implements ConsumerInbox.Opening {
    private static final Logger LOG = LoggerFactory.getLogger(DeliveryOpener.class);

    private final SessionCore session;
    private final MessageDecoder decoder;

    DeliveryOpener(SessionCore session, MillraceDestination destination) {
        Address address = destination.address();
        this.session = session;
        this.decoder =
                new MessageDecoder(
                        MillraceDestination.of(Address.of(address.kind(), address.name())),
                        session.options().messages(),
                        session::acknowledgeFromMessage);
    }

    @Override
    public Optional<Message> open(Delivery delivery) {
        try {
            Record record =
                    Record.delivered(delivery.record(), delivery.offset(), delivery.timestamp());
            JmsMessage message = decoder.decode(record, delivery.deliveryCount());
            message.setLogPosition(new LogPosition(delivery.partition(), delivery.offset()));
            if (hasExpired(message)) {
                session.settleExpired(delivery.deliveryId());
                return Optional.empty();
            }
            return Optional.of(message);
        } catch (CorruptRecordException damaged) {
            LOG.error(
                    "record at offset {} of partition {} cannot be read, it is rejected",
                    delivery.offset(),
                    delivery.partition(),
                    damaged);
            session.requests().reject(delivery.deliveryId(), damaged.getMessage());
            return Optional.empty();
        }
    }

    private boolean hasExpired(JmsMessage message) {
        long expiration = message.getJMSExpiration();
        return expiration != 0 && expiration <= session.clock().millis();
    }
}
