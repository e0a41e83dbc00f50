package org.millrace.conformance.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;

/** §3.5: properties after their trip. */
class Section_3_5_MessagePropertiesTest extends SpecTest {

    @Test
    @Spec({"PRP-11", "PRP-6", "PRP-10"})
    void everyPropertyArrivesWithItsTypeAndValue() throws Exception {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("aBoolean", true);
        properties.put("aByte", Byte.MIN_VALUE);
        properties.put("aShort", Short.MAX_VALUE);
        properties.put("anInt", Integer.MIN_VALUE);
        properties.put("aLong", Long.MAX_VALUE);
        properties.put("aFloat", 1.5f);
        properties.put("aDouble", Double.MIN_VALUE);
        properties.put("aString", "Grüße 注文 \u0000");
        properties.put("empty", "");
        properties.put("größe", 3);
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        Message sent = session.createMessage();
        for (Map.Entry<String, Object> property : properties.entrySet()) {
            sent.setObjectProperty(property.getKey(), property.getValue());
        }
        session.createProducer(queue).send(sent);

        Message received = session.createConsumer(queue).receive(PATIENCE_MILLIS);

        for (Map.Entry<String, Object> property : properties.entrySet()) {
            assertThat(received.getObjectProperty(property.getKey()))
                    .isEqualTo(property.getValue());
        }
        List<Object> names = listOf(received.getPropertyNames());
        names.remove("JMSXDeliveryCount");
        assertThat(names).containsExactlyInAnyOrder(properties.keySet().toArray());
    }

    @Test
    @Spec("PRP-7")
    void aNullPropertyArrivesAsNullAndDoesNotMatchAsAValue() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        Message sent = session.createMessage();
        sent.setStringProperty("nothing", null);
        session.createProducer(queue).send(sent);

        Message received =
                session.createConsumer(queue, "nothing IS NULL").receive(PATIENCE_MILLIS);
        assertThat(received.propertyExists("nothing")).isTrue();
        assertThat(received.getStringProperty("nothing")).isNull();
    }

    @Test
    @Spec({"PRP-13", "PRP-15"})
    void groupIdAndSequenceAreCarriedAndSeenByBothSides() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        Message sent = session.createMessage();
        sent.setStringProperty("JMSXGroupID", "group one");
        sent.setIntProperty("JMSXGroupSeq", 7);
        session.createProducer(queue).send(sent);
        assertThat(sent.getStringProperty("JMSXGroupID")).isEqualTo("group one");
        assertThat(sent.getIntProperty("JMSXGroupSeq")).isEqualTo(7);
        assertThat(sent.propertyExists("JMSXDeliveryCount")).isFalse();

        Message received =
                session.createConsumer(queue, "JMSXGroupID = 'group one' AND JMSXGroupSeq = 7")
                        .receive(PATIENCE_MILLIS);
        assertThat(received.getObjectProperty("JMSXGroupID")).isEqualTo("group one");
        assertThat(received.getObjectProperty("JMSXGroupSeq")).isEqualTo(7);
        assertThat(received.getIntProperty("JMSXDeliveryCount")).isEqualTo(1);
    }

    @Test
    @Spec("PRP-14")
    void theMetadataNamesTheJmsxPropertiesThatAreSupported() throws Exception {
        Connection connection = connection();
        List<Object> names = listOf(connection.getMetaData().getJMSXPropertyNames());
        assertThat(names)
                .contains("JMSXGroupID", "JMSXGroupSeq", "JMSXDeliveryCount")
                .allMatch(name -> ((String) name).startsWith("JMSX"));
    }

    @Test
    @Spec({"PRP-9", "MSG-4"})
    void receivedPropertiesAreReadOnlyUntilCleared() throws Exception {
        Session session = startedConnection().createSession();
        Queue queue = newQueue(session);
        Message sent = session.createTextMessage("body");
        sent.setIntProperty("number", 1);
        session.createProducer(queue).send(sent);
        Message received = session.createConsumer(queue).receive(PATIENCE_MILLIS);

        assertThatThrownBy(() -> received.setIntProperty("number", 2))
                .isInstanceOf(MessageNotWriteableException.class);
        received.clearProperties();
        assertThat(received.propertyExists("number")).isFalse();
        received.setIntProperty("number", 3);
        assertThat(received.getIntProperty("number")).isEqualTo(3);
        assertThat(received.getBody(String.class)).isEqualTo("body");
    }

    @Test
    @Spec({"PRP-17", "PRP-18", "PRP-20"})
    void theDeliveryCountIsTheProvidersAndRisesWithEveryAttempt() throws Exception {
        Session session = startedConnection().createSession(Session.SESSION_TRANSACTED);
        Queue queue = newQueue(session);
        MessageProducer producer = session.createProducer(queue);
        Message sent = session.createMessage();
        sent.setIntProperty("JMSXDeliveryCount", 17);
        producer.send(sent);
        session.commit();
        MessageConsumer consumer = session.createConsumer(queue);
        for (int attempt = 1; attempt <= 4; attempt++) {
            Message received = consumer.receive(PATIENCE_MILLIS);
            assertThat(received.getObjectProperty("JMSXDeliveryCount")).isEqualTo(attempt);
            assertThat(received.getJMSRedelivered()).isEqualTo(attempt > 1);
            session.rollback();
        }
    }
}
