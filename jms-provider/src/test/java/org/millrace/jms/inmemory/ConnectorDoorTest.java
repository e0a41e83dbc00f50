package org.millrace.jms.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Connection;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.millrace.jms.EmbeddedBroker;
import org.millrace.jms.MillraceConnectionFactory;
import org.millrace.jms.client.ConnectorDoor;

/** What only a resource adapter uses, against a broker in this process. */
class ConnectorDoorTest {
    private static final String NAME = "connector-door";

    @Test
    void fedConsumerIsToldOfArrivalsAndTakesWhatIsHere() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(NAME, Map.of());
                Connection connection =
                        new MillraceConnectionFactory("vm://" + NAME).createConnection()) {
            Session session = connection.createSession(false, Session.CLIENT_ACKNOWLEDGE);
            MessageConsumer consumer = session.createConsumer(session.createQueue("fed"));
            Semaphore arrivals = new Semaphore(0);
            ConnectorDoor.Inflow inflow = ConnectorDoor.feed(consumer, arrivals::release);
            connection.start();
            assertThat(inflow.hasSomething()).isFalse();
            assertThat(inflow.take()).isNull();

            Session sending = connection.createSession();
            for (String body : new String[] {"a", "b"}) {
                sending.createProducer(sending.createQueue("fed"))
                        .send(sending.createTextMessage(body));
            }

            assertThat(arrivals.tryAcquire(2, 10, TimeUnit.SECONDS)).isTrue();
            assertThat(inflow.hasSomething()).isTrue();
            Message first = inflow.take();
            Message second = inflow.take();
            assertThat(((TextMessage) first).getText()).isEqualTo("a");
            assertThat(((TextMessage) second).getText()).isEqualTo("b");
            assertThat(inflow.take()).isNull();

            session.recover();

            assertThat(arrivals.tryAcquire(1, 10, TimeUnit.SECONDS)).isTrue();
            Message again = inflow.take();
            assertThat(((TextMessage) again).getText()).isEqualTo("a");
            assertThat(again.getJMSRedelivered()).isTrue();
        }
    }

    @Test
    void contextOverASessionUsesThatSession() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(NAME, Map.of());
                Connection connection =
                        new MillraceConnectionFactory("vm://" + NAME).createConnection()) {
            Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
            JMSContext context = ConnectorDoor.contextOver(session);
            context.createProducer().send(context.createQueue("over"), "text");
            Session other = connection.createSession();
            MessageConsumer consumer = other.createConsumer(other.createQueue("over"));
            connection.start();
            assertThat(consumer.receiveNoWait()).isNull();

            session.commit();

            assertThat(consumer.receive(10_000).getBody(String.class)).isEqualTo("text");
            assertThat(ConnectorDoor.isUsable(connection)).isTrue();
            connection.close();
            assertThat(ConnectorDoor.isUsable(connection)).isFalse();
        }
    }
}
