package org.millrace.conformance.spec;

import static javax.transaction.xa.XAResource.TMENDRSCAN;
import static javax.transaction.xa.XAResource.TMNOFLAGS;
import static javax.transaction.xa.XAResource.TMSTARTRSCAN;
import static javax.transaction.xa.XAResource.TMSUCCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import java.nio.file.Path;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.foundation.Spec;

/** §6.2.8: what is prepared survives restarts of the broker and lost links. */
class Section_6_2_8_BranchesInDoubtTest {
    @TempDir private Path directory;
    private RestartableBroker broker;
    private XAConnection connection;
    private XASession session;
    private XAResource resource;
    private Queue input;
    private Queue output;

    @BeforeEach
    void open() throws Exception {
        broker = new RestartableBroker(directory);
        connection = broker.factory().createXAConnection();
        connection.start();
        session = connection.createXASession();
        resource = session.getXAResource();
        input = SpecTest.newQueue(session);
        output = SpecTest.newQueue(session);
    }

    @AfterEach
    void close() throws Exception {
        connection.close();
        broker.close();
    }

    /** Receives a message of the input and sends its text to the output. */
    private TestXid moved() throws Exception {
        MessageConsumer consumer = session.createConsumer(input);
        TestXid xid = TestXid.next();
        resource.start(xid, TMNOFLAGS);
        String text = SpecTest.receiveText(consumer);
        SpecTest.send(session.getSession(), output, text);
        resource.end(xid, TMSUCCESS);
        consumer.close();
        return xid;
    }

    private Message next(Queue queue) throws Exception {
        try (Connection own = broker.factory().createConnection()) {
            own.start();
            try (MessageConsumer consumer = own.createSession().createConsumer(queue)) {
                Message message = consumer.receive(1000);
                return message;
            }
        }
    }

    @Test
    @Spec({"XA-6", "REL-12"})
    void preparedBranchIsCommittedAfterTwoRestarts() throws Exception {
        SpecTest.send(session.getSession(), input, "a");
        TestXid xid = moved();
        resource.prepare(xid);

        broker.restart();
        assertThat(next(input)).isNull();
        broker.restart();

        assertThat(next(input)).isNull();
        assertThat(next(output)).isNull();
        assertThat(xid.isIn(resource.recover(TMSTARTRSCAN | TMENDRSCAN))).isTrue();
        resource.commit(xid, false);
        assertThat(resource.recover(TMSTARTRSCAN | TMENDRSCAN)).isEmpty();
        assertThat(next(output).getBody(String.class)).isEqualTo("a");
        assertThat(next(input)).isNull();
        broker.restart();
        assertThat(next(input)).isNull();
        assertThat(next(output)).isNull();
    }

    @Test
    @Spec({"XA-6", "REL-12"})
    void preparedBranchIsRolledBackAfterARestart() throws Exception {
        SpecTest.send(session.getSession(), input, "a");
        TestXid xid = moved();
        resource.prepare(xid);
        broker.restart();

        resource.rollback(xid);

        Message again = next(input);
        assertThat(again.getBody(String.class)).isEqualTo("a");
        assertThat(again.getIntProperty("JMSXDeliveryCount")).isEqualTo(2);
        assertThat(next(output)).isNull();
    }

    @Test
    @Spec("XA-10")
    void unpreparedBranchIsRolledBackWithTheBroker() throws Exception {
        SpecTest.send(session.getSession(), input, "a", "b");
        TestXid ended = moved();
        broker.restart();

        assertThatThrownBy(() -> resource.prepare(ended))
                .isInstanceOfSatisfying(
                        XAException.class,
                        lost -> assertThat(lost.errorCode).isEqualTo(XAException.XA_RBCOMMFAIL));
        TestXid working = TestXid.next();
        resource.start(working, TMNOFLAGS);
        SpecTest.send(session.getSession(), output, "never");
        broker.restart();
        assertThatThrownBy(() -> resource.end(working, TMSUCCESS))
                .isInstanceOfSatisfying(
                        XAException.class,
                        lost -> assertThat(lost.errorCode).isEqualTo(XAException.XA_RBCOMMFAIL));
        resource.rollback(working);

        assertThat(next(output)).isNull();
        assertThat(next(input).getBody(String.class)).isEqualTo("a");
        TestXid again = moved();
        resource.commit(again, true);
        assertThat(next(output).getBody(String.class)).isEqualTo("b");
    }

    @Test
    @Spec({"XA-6", "REL-12"})
    void durableSubscriptionGoesOnWhileItsMessageIsInDoubt() throws Exception {
        Topic topic = SpecTest.newTopic(session);
        MessageConsumer consumer = session.createSharedDurableConsumer(topic, "s");
        SpecTest.send(session.getSession(), topic, "a", "b");
        Xid xid = TestXid.next();
        resource.start(xid, TMNOFLAGS);
        assertThat(SpecTest.receiveText(consumer)).isEqualTo("a");
        resource.end(xid, TMSUCCESS);
        resource.prepare(xid);
        consumer.close();
        broker.restart();

        MessageConsumer later = session.createSharedDurableConsumer(topic, "s");
        assertThat(SpecTest.receiveText(later)).isEqualTo("b");
        later.close();
        assertThatThrownBy(() -> session.unsubscribe("s"))
                .isInstanceOf(jakarta.jms.IllegalStateException.class);
        resource.rollback(xid);
        later = session.createSharedDurableConsumer(topic, "s");
        assertThat(SpecTest.receiveText(later)).isEqualTo("a");
        later.close();
        session.unsubscribe("s");
    }

    @Test
    @Spec("XA-13")
    void resourceOfBeforeARestartIsTheSameAsOneOfAfterIt() throws Exception {
        broker.restart();
        try (XAConnection later = broker.factory().createXAConnection()) {
            XAResource fresh = later.createXASession().getXAResource();
            assertThat(fresh.isSameRM(resource)).isTrue();
            assertThat(resource.isSameRM(fresh)).isTrue();
        }
    }

    @Test
    @Spec({"XA-6", "XA-9"})
    void sessionThatWasRestoredStartsNewBranches() throws Exception {
        Session plain = connection.createSession();
        SpecTest.send(plain, input, "a");
        broker.restart();

        TestXid xid = moved();
        resource.prepare(xid);
        resource.commit(xid, false);

        assertThat(next(output).getBody(String.class)).isEqualTo("a");
    }
}
