package org.millrace.jms.message;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.foundation.Spec;
import org.millrace.wire.record.Record;
import org.millrace.wire.record.RecordBatchBuilder;

/** §3.11: TextMessage; and records that no JMS client wrote. */
class TextMessageTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "text", "äß€\uD83D\uDE00", "\uD800 alone", "\0"})
    @Spec("BDY-24")
    void anyTextArrives(String text) throws JMSException {
        assertThat(Transit.deliver(Transit.text(text)).getText()).isEqualTo(text);
    }

    @Test
    @Spec("BDY-24")
    void nullIsTheDefaultAndArrivesAsNull() throws JMSException {
        JmsTextMessage message = new JmsTextMessage(MessageOptions.DEFAULT);
        assertThat(message.getText()).isNull();
        assertThat(Transit.deliver(message).getText()).isNull();
    }

    @Test
    @Spec("BDY-24")
    void longTextArrives() throws JMSException {
        String text = "€".repeat(100_000);
        assertThat(Transit.deliver(Transit.text(text)).getText()).isEqualTo(text);
    }

    @Test
    @Spec("MSG-7")
    void aRecordWithoutJmsHeaderIsABytesMessage() throws JMSException {
        Record record =
                new RecordBatchBuilder(5)
                        .add(
                                5,
                                null,
                                java.nio.ByteBuffer.wrap(new byte[] {1, 2}),
                                java.util.List.of())
                        .build()
                        .iterator()
                        .next();
        JmsMessage message = Transit.receive(record, 1);
        assertThat(message).isInstanceOf(JmsBytesMessage.class);
        assertThat(message.getBody(byte[].class)).containsExactly(1, 2);
        assertThat(message.getJMSMessageID()).isNull();
        assertThat(message.getJMSTimestamp()).isEqualTo(5);
    }
}
