package org.millrace.conformance.spec;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;

/** §8.7: a listener that always fails does not get the same message for ever. */
class Section_8_7_RedeliveryLimitTest extends SpecTest {
    @Test
    @Spec("LSE-1")
    void aMessageThatAlwaysFailsGoesToTheDeadLetterQueue() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        TextMessage poison = session.createTextMessage("poison");
        poison.setIntProperty("n", 17);
        session.createProducer(queue).send(poison);
        send(session, queue, "good");
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        Session listening = startedConnection().createSession();
        listening
                .createConsumer(queue)
                .setMessageListener(
                        message -> {
                            heard.add(textOf(message));
                            if (textOf(message).equals("poison")) {
                                throw new IllegalStateException("cannot work on this");
                            }
                        });
        await("the good message", () -> heard.contains("good"));

        assertThat(heard).containsOnly("poison", "good");
        assertThat(heard.indexOf("good")).isEqualTo(10);
        MessageConsumer letters =
                session.createConsumer(session.createQueue("DLQ.queue." + queue.getQueueName()));
        Message letter = letters.receive(PATIENCE_MILLIS);
        assertThat(letter.getBody(String.class)).isEqualTo("poison");
        assertThat(letter.getJMSMessageID()).isEqualTo(poison.getJMSMessageID());
        assertThat(letter.getIntProperty("n")).isEqualTo(17);
        assertThat(letter.getIntProperty("JMS_Millrace_DeliveryCount")).isEqualTo(10);
        assertThat(letter.getStringProperty("JMS_Millrace_Origin"))
                .isEqualTo("queue:" + queue.getQueueName());
        assertThat(letter.getStringProperty("JMS_Millrace_Cause"))
                .isEqualTo("java.lang.IllegalStateException: cannot work on this");
    }

    private static String textOf(Message message) {
        try {
            return message.getBody(String.class);
        } catch (JMSException unreadable) {
            return unreadable.toString();
        }
    }
}
