package org.millrace.conformance.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;

/** §6.2.1 to §6.2.4 and §11.1: making sessions, and what sessions make. */
class Section_6_2_3_SessionsTest extends SpecTest {

    @Test
    @Spec({"SES-1", "SES-2"})
    void everyWayToASessionGivesTheModeThatItSays() throws Exception {
        Connection connection = connection();
        assertMode(connection.createSession(), Session.AUTO_ACKNOWLEDGE);
        for (int mode = 0; mode <= 3; mode++) {
            assertMode(connection.createSession(mode), mode);
            assertMode(connection.createSession(true, mode), Session.SESSION_TRANSACTED);
        }
        for (int mode = 1; mode <= 3; mode++) {
            assertMode(connection.createSession(false, mode), mode);
        }
    }

    private static void assertMode(Session session, int mode) throws JMSException {
        assertThat(session.getAcknowledgeMode()).isEqualTo(mode);
        assertThat(session.getTransacted()).isEqualTo(mode == Session.SESSION_TRANSACTED);
    }

    @Test
    @Spec({"CON-5", "EXC-12"})
    void anUnknownModeIsRefused() throws Exception {
        Connection connection = connection();
        for (int unknown : new int[] {-1, 4}) {
            assertThatThrownBy(() -> connection.createSession(unknown))
                    .isInstanceOf(JMSException.class);
            assertThatThrownBy(() -> connection.createSession(false, unknown))
                    .isInstanceOf(JMSException.class);
            assertThatThrownBy(() -> factory().createContext(unknown))
                    .isInstanceOf(JMSRuntimeException.class);
            assertThatThrownBy(() -> context().createContext(unknown))
                    .isInstanceOf(JMSRuntimeException.class);
        }
    }

    @Test
    @Spec("SES-3")
    void aSessionMakesWritableMessagesOfAllKinds() throws Exception {
        Session session = connection().createSession();
        Message plain = session.createMessage();
        plain.setIntProperty("writable", 1);
        TextMessage text = session.createTextMessage("text");
        assertThat(text.getText()).isEqualTo("text");
        text.setText("other");
        assertThat(session.createTextMessage().getText()).isNull();
        assertThat(session.createTextMessage(null).getText()).isNull();
        assertThat(session.createObjectMessage("object").getObject()).isEqualTo("object");
        assertThat(session.createObjectMessage().getObject()).isNull();
        assertThat(session.createObjectMessage(null).getObject()).isNull();
        BytesMessage bytes = session.createBytesMessage();
        bytes.writeInt(1);
        MapMessage map = session.createMapMessage();
        map.setInt("writable", 1);
        StreamMessage stream = session.createStreamMessage();
        stream.writeInt(1);
        assertThat(plain.getJMSDestination()).isNull();
        assertThat(plain.getJMSMessageID()).isNull();
    }

    @Test
    @Spec("SES-4")
    void aSessionServesBothDomainsAndAnyNumberOfConsumersAndProducers() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        Topic topic = newTopic(session);
        MessageConsumer one = session.createConsumer(topic);
        MessageConsumer two = session.createConsumer(topic);
        MessageConsumer three = session.createConsumer(queue);
        send(session, topic, "t");
        send(session, queue, "q");
        assertThat(receiveText(one)).isEqualTo("t");
        assertThat(receiveText(two)).isEqualTo("t");
        assertThat(receiveText(three)).isEqualTo("q");
    }

    @Test
    @Spec("SES-5")
    void aSlowListenerDoesNotHoldUpOtherSessions() throws Exception {
        Connection connection = connection();
        Session slow = connection.createSession();
        Session quick = connection.createSession();
        Queue slowQueue = newQueue(slow);
        Queue quickQueue = newQueue(quick);
        CompletableFuture<String> entered = new CompletableFuture<>();
        CompletableFuture<String> release = new CompletableFuture<>();
        CompletableFuture<String> passed = new CompletableFuture<>();
        slow.createConsumer(slowQueue)
                .setMessageListener(
                        message -> {
                            entered.complete("entered");
                            release.join();
                        });
        quick.createConsumer(quickQueue).setMessageListener(message -> passed.complete("passed"));
        connection.start();
        Session sender = connection.createSession();
        send(sender, slowQueue, "one");
        Calls.soon(entered);
        send(sender, quickQueue, "two");

        assertThat(Calls.soon(passed)).isEqualTo("passed");
        release.complete("go");
    }

    @Test
    @Spec({"SSP-1", "EXC-60"})
    void applicationServerFacilitiesAreRefusedByName() throws Exception {
        Connection connection = connection();
        Session session = connection.createSession();
        Topic topic = newTopic(session);
        for (Calls.Call facility :
                java.util.List.<Calls.Call>of(
                        () -> connection.createConnectionConsumer(topic, null, null, 1),
                        () -> connection.createDurableConnectionConsumer(topic, "s", "", null, 1),
                        () -> connection.createSharedConnectionConsumer(topic, "s", "", null, 1),
                        () ->
                                connection.createSharedDurableConnectionConsumer(
                                        topic, "s", "", null, 1),
                        () -> session.setMessageListener(message -> {}))) {
            assertThatThrownBy(facility::run).isInstanceOf(JMSException.class);
        }
        assertThat(session.getMessageListener()).isNull();
        assertThatThrownBy(session::run).isInstanceOf(JMSRuntimeException.class);
    }
}
