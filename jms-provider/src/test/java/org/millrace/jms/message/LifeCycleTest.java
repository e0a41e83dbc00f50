package org.millrace.jms.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.MessageNotWriteableException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;
import org.millrace.wire.record.Record;

/** §3.6, §3.9 to §3.12: what may be done with a message at which end. */
class LifeCycleTest {
    @Test
    @Spec({"MSG-2", "HDR-9"})
    void whatWasSentStaysWhenTheSenderChangesItsObject() throws JMSException {
        JmsMapMessage message = Transit.map();
        byte[] content = {1, 2, 3};
        message.setBytes("bytes", content);
        message.setIntProperty("p", 1);
        Record record = Transit.encode(message);

        content[0] = 9;
        message.setInt("more", 1);
        message.setIntProperty("p", 2);
        message.clearBody();

        JmsMapMessage received = (JmsMapMessage) Transit.receive(record, 1);
        assertThat(received.getBytes("bytes")).containsExactly(1, 2, 3);
        assertThat(received.itemExists("more")).isFalse();
        assertThat(received.getIntProperty("p")).isEqualTo(1);
    }

    @Test
    @Spec({"MSG-4", "BDY-5"})
    void clearBodyReopensTheBodyOnly() throws JMSException {
        JmsTextMessage sent = Transit.text("body");
        sent.setIntProperty("p", 1);
        sent.setJMSType("type");
        JmsTextMessage received = Transit.deliver(sent);
        assertThatThrownBy(() -> received.setText("other"))
                .isInstanceOf(MessageNotWriteableException.class)
                .hasMessageContaining("clearBody()");

        received.clearBody();
        received.setText("other");

        assertThat(received.getText()).isEqualTo("other");
        assertThat(received.getIntProperty("p")).isEqualTo(1);
        assertThat(received.getJMSType()).isEqualTo("type");
        assertThatThrownBy(() -> received.setIntProperty("p", 2))
                .isInstanceOf(MessageNotWriteableException.class);
    }

    @Test
    @Spec({"MSG-5", "MSG-10"})
    void aRedeliveryShowsTheMessageAsItWasSent() throws JMSException {
        JmsTextMessage sent = Transit.text("body");
        sent.setIntProperty("p", 1);
        Record record = Transit.encode(sent);
        JmsTextMessage first = (JmsTextMessage) Transit.receive(record, 1);
        first.clearBody();
        first.setText("changed");
        first.clearProperties();
        first.setJMSType("changed");

        JmsTextMessage again = (JmsTextMessage) Transit.receive(record, 2);

        assertThat(again.getText()).isEqualTo("body");
        assertThat(again.getIntProperty("p")).isEqualTo(1);
        assertThat(again.getJMSType()).isNull();
        assertThat(again.getJMSRedelivered()).isTrue();
        assertThat(again.getIntProperty("JMSXDeliveryCount")).isEqualTo(2);
    }

    @Test
    @Spec("MSG-1")
    void aReceivedMessageCanBeSentOnUnread() throws JMSException {
        JmsMapMessage sent = Transit.map();
        sent.setString("a", "b");
        sent.setStringProperty("p", "q");

        JmsMapMessage sentOn = Transit.deliver(Transit.deliver(sent));

        assertThat(sentOn.getString("a")).isEqualTo("b");
        assertThat(sentOn.getStringProperty("p")).isEqualTo("q");
    }

    @Test
    @Spec({"MAK-1", "MAK-3", "EXC-16"})
    void acknowledgeIsTheSessionsAffair() throws JMSException {
        AtomicInteger calls = new AtomicInteger();
        Record record = Transit.encode(Transit.text("x"));
        JmsMessage received =
                new MessageDecoder(Transit.QUEUE, MessageOptions.DEFAULT, calls::incrementAndGet)
                        .decode(record, 1);
        received.acknowledge();
        assertThat(calls).hasValue(1);

        JmsMessage afterClose =
                new MessageDecoder(
                                Transit.QUEUE,
                                MessageOptions.DEFAULT,
                                () -> {
                                    throw new IllegalStateException("session is closed");
                                })
                        .decode(record, 1);
        assertThatThrownBy(afterClose::acknowledge).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @Spec("MAK-4")
    void acknowledgingAMessageThatWasNeverReceivedDoesNothing() throws JMSException {
        Transit.text("x").acknowledge();
    }
}
