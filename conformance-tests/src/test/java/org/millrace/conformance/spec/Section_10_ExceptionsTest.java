package org.millrace.conformance.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;
import org.millrace.jms.MillraceConnectionFactory;

/** §10: what exceptions say. */
class Section_10_ExceptionsTest extends SpecTest {

    @Test
    @Spec({"EXC-1", "EXC-3"})
    void everyExceptionHasAMessageAndACode() throws Exception {
        Connection connection = connection();
        Session session = connection.createSession();
        Queue queue = newQueue(session);
        Topic topic = newTopic(session);
        MessageProducer producer = session.createProducer(queue);
        Message message = session.createMessage();
        for (Calls.Call refused :
                List.<Calls.Call>of(
                        () -> session.createConsumer(queue, "a >"),
                        () -> session.createConsumer(null),
                        session::commit,
                        () -> connection.setClientID("late"),
                        () -> connection.createSession(99),
                        () -> session.createDurableConsumer(topic, "s"),
                        () -> session.unsubscribe("unknown"),
                        () -> producer.setPriority(10),
                        () -> producer.send(null),
                        () -> producer.send(message, 7, 4, 0),
                        () -> session.setMessageListener(null))) {
            JMSException exception = catchThrowableOfType(JMSException.class, refused::run);
            assertThat(exception).as("something was not refused").isNotNull();
            assertThat(exception.getMessage()).isNotBlank();
            assertThat(exception.getErrorCode()).isNotBlank();
        }
    }

    @Test
    @Spec({"EXC-2", "EXC-11", "EXC-1"})
    void anUnreachableBrokerIsAJmsExceptionWithItsCause() {
        MillraceConnectionFactory nowhere =
                new MillraceConnectionFactory("millrace://127.0.0.1:1?connectTimeoutMillis=500");
        JMSException exception =
                catchThrowableOfType(JMSException.class, nowhere::createConnection);
        assertThat(exception.getMessage()).contains("127.0.0.1");
        assertThat(exception.getErrorCode()).isNotBlank();
        assertThat(exception.getCause()).isNotNull().isSameAs(exception.getLinkedException());
    }

    @Test
    @Spec("EXC-5")
    void prescribedJavaExceptionsAreNotWrapped() throws Exception {
        Session session = connection().createSession();
        Queue queue = newQueue(session);
        MessageProducer producer = session.createProducer(queue);
        Message message = session.createMessage();
        message.setStringProperty("text", "not a number");
        var bytes = session.createBytesMessage();
        bytes.reset();
        assertThat(
                        List.of(
                                Calls.outcomeOf(() -> message.setIntProperty("", 1)),
                                Calls.outcomeOf(() -> message.getIntProperty("text")),
                                Calls.outcomeOf(() -> message.getFloatProperty("absent")),
                                Calls.outcomeOf(() -> producer.send(message, null)),
                                Calls.outcomeOf(() -> producer.send(queue, message)),
                                Calls.outcomeOf(() -> bytes.readBytes(new byte[1], 2))))
                .containsExactly(
                        "IllegalArgumentException",
                        "NumberFormatException",
                        "NullPointerException",
                        "IllegalArgumentException",
                        "UnsupportedOperationException",
                        "IndexOutOfBoundsException");
    }
}
