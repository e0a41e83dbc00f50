package org.millrace.conformance.spec;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.DeliveryMode;
import jakarta.jms.ExceptionListener;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;

/** §6.1.6 and §6.1.7: what a connection says about its provider, and to whom it complains. */
class Section_6_1_6_MetaDataTest extends SpecTest {

    @Test
    @Spec("MET-1")
    void theVersionIsThreePointOne() throws Exception {
        ConnectionMetaData metaData = connection().getMetaData();
        assertThat(metaData.getJMSVersion()).isEqualTo("3.1");
        assertThat(metaData.getJMSMajorVersion()).isEqualTo(3);
        assertThat(metaData.getJMSMinorVersion()).isEqualTo(1);
    }

    @Test
    @Spec({"MET-2", "CTX-9"})
    void theProviderHasANameAndAConsistentVersion() throws Exception {
        JMSContext context = context();
        for (ConnectionMetaData metaData :
                List.of(connection().getMetaData(), context.getMetaData())) {
            assertThat(metaData.getJMSProviderName()).isEqualTo("Millrace");
            assertThat(metaData.getProviderVersion())
                    .startsWith(
                            metaData.getProviderMajorVersion()
                                    + "."
                                    + metaData.getProviderMinorVersion());
            assertThat(metaData.getProviderMajorVersion()).isNotNegative();
            assertThat(metaData.getProviderMinorVersion()).isNotNegative();
        }
    }

    @Test
    @Spec("EXL-5")
    void theExceptionListenerCanBeSetReadAndTakenAway() throws Exception {
        Connection connection = connection();
        assertThat(connection.getExceptionListener()).isNull();
        ExceptionListener listener = failure -> {};
        connection.setExceptionListener(listener);
        assertThat(connection.getExceptionListener()).isSameAs(listener);
        connection.setExceptionListener(null);
        assertThat(connection.getExceptionListener()).isNull();
        JMSContext context = context();
        context.setExceptionListener(listener);
        assertThat(context.getExceptionListener()).isSameAs(listener);
        context.setExceptionListener(null);
        assertThat(context.getExceptionListener()).isNull();
    }

    @Test
    @Spec("EXL-1")
    void aRefusedMessageThatNoCallWaitsForIsToldToTheListener() throws Exception {
        BlockingQueue<JMSException> heard = new LinkedBlockingQueue<>();
        Connection connection = connection();
        connection.setExceptionListener(heard::add);
        Session session = connection.createSession();
        MessageProducer producer =
                session.createProducer(
                        session.createTopic(uniqueName("table") + "?compaction=true"));
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);

        producer.send(session.createTextMessage("without key"));

        JMSException refused = heard.poll(10, TimeUnit.SECONDS);
        assertThat(refused).hasMessageContaining("key");
        assertThat(refused.getErrorCode()).isEqualTo("INVALID_ARGUMENT");

        Session transacted = connection.createSession(true, Session.SESSION_TRANSACTED);
        MessageProducer later = transacted.createProducer(producer.getDestination());
        later.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        later.send(transacted.createTextMessage("without key"));
        assertThat(Calls.outcomeOf(transacted::commit)).isEqualTo("TransactionRolledBackException");
        connection.close();
        assertThat(heard).isEmpty();
    }

    @Test
    @Spec("EXL-1")
    void whatACallThrowsIsNotAlsoToldToTheListener() throws Exception {
        List<Exception> heard = new ArrayList<>();
        Connection connection = connection();
        connection.setExceptionListener(heard::add);
        var session = connection.createSession();
        assertThat(Calls.outcomeOf(() -> session.createConsumer(null)))
                .isEqualTo("InvalidDestinationException");
        assertThat(Calls.outcomeOf(() -> session.createConsumer(newQueue(session), "a >")))
                .isEqualTo("InvalidSelectorException");
        assertThat(Calls.outcomeOf(() -> session.unsubscribe(uniqueName("unknown"))))
                .isEqualTo("InvalidDestinationException");
        connection.close();
        assertThat(heard).isEmpty();
    }
}
