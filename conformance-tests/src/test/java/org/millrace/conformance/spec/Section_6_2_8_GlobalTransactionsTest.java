package org.millrace.conformance.spec;

import static javax.transaction.xa.XAResource.TMENDRSCAN;
import static javax.transaction.xa.XAResource.TMFAIL;
import static javax.transaction.xa.XAResource.TMJOIN;
import static javax.transaction.xa.XAResource.TMNOFLAGS;
import static javax.transaction.xa.XAResource.TMRESUME;
import static javax.transaction.xa.XAResource.TMSTARTRSCAN;
import static javax.transaction.xa.XAResource.TMSUCCESS;
import static javax.transaction.xa.XAResource.TMSUSPEND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.TopicSession;
import jakarta.jms.TransactionInProgressException;
import jakarta.jms.TransactionInProgressRuntimeException;
import jakarta.jms.XAConnection;
import jakarta.jms.XAJMSContext;
import jakarta.jms.XAQueueConnection;
import jakarta.jms.XASession;
import jakarta.jms.XATopicConnection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;

/** §6.2.8, §11.3: XA sessions and their resources, at a broker that stays up. */
class Section_6_2_8_GlobalTransactionsTest extends SpecTest {
    private XASession session;
    private XAResource resource;
    private Session observer;
    private Queue queue;

    @BeforeEach
    void open() throws Exception {
        session = xaSession();
        resource = session.getXAResource();
        observer = startedConnection().createSession();
        queue = newQueue(observer);
    }

    private XASession xaSession() throws Exception {
        XAConnection connection = closedAfterwards(factory().createXAConnection());
        connection.start();
        return connection.createXASession();
    }

    private static void expect(int code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        XAException.class,
                        refused -> assertThat(refused.errorCode).isEqualTo(code));
    }

    private Xid sentIn(XASession in, String text) throws Exception {
        Xid xid = TestXid.next();
        in.getXAResource().start(xid, TMNOFLAGS);
        send(in.getSession(), queue, text);
        in.getXAResource().end(xid, TMSUCCESS);
        return xid;
    }

    private String nextSeen() throws Exception {
        try (MessageConsumer consumer = observer.createConsumer(queue)) {
            return receiveText(consumer);
        }
    }

    private void expectNothing() throws Exception {
        try (MessageConsumer consumer = observer.createConsumer(queue)) {
            assertThat(consumer.receive(SILENCE_MILLIS)).isNull();
        }
    }

    @Test
    @Spec({"XA-2", "XA-3"})
    void facesOfAllDomainsAreManagedByTheirResource() throws Exception {
        XAQueueConnection queues = closedAfterwards(factory().createXAQueueConnection());
        XATopicConnection topics = closedAfterwards(factory().createXATopicConnection());
        QueueSession ofQueues = queues.createXAQueueSession().getQueueSession();
        TopicSession ofTopics = topics.createXATopicSession().getTopicSession();

        for (Session each : new Session[] {session, session.getSession(), ofQueues, ofTopics}) {
            assertThat(each.getTransacted()).isTrue();
            assertThat(each.getAcknowledgeMode()).isEqualTo(Session.SESSION_TRANSACTED);
            assertThatThrownBy(each::commit).isInstanceOf(TransactionInProgressException.class);
            assertThatThrownBy(each::rollback).isInstanceOf(TransactionInProgressException.class);
            assertThatThrownBy(each::recover).isInstanceOf(IllegalStateException.class);
        }
        XAJMSContext context = closedAfterwards(factory().createXAContext());
        assertThat(context.getTransacted()).isTrue();
        assertThat(context.getSessionMode()).isEqualTo(JMSContext.SESSION_TRANSACTED);
        assertThatThrownBy(context::commit)
                .isInstanceOf(TransactionInProgressRuntimeException.class);
        assertThatThrownBy(context::rollback)
                .isInstanceOf(TransactionInProgressRuntimeException.class);
        assertThat(context.getContext().getTransacted()).isTrue();
        assertThat(context.getXAResource().isSameRM(resource)).isTrue();
        assertThat(queues.createSession(false, Session.CLIENT_ACKNOWLEDGE).getTransacted())
                .isFalse();
    }

    @Test
    @Spec({"XA-4", "XA-6"})
    void preparedSendsAreInvisibleUntilTheyAreCommitted() throws Exception {
        Xid xid = sentIn(session, "a");
        assertThat(resource.prepare(xid)).isEqualTo(XAResource.XA_OK);
        expectNothing();

        resource.commit(xid, false);

        assertThat(nextSeen()).isEqualTo("a");
    }

    @Test
    @Spec({"XA-4", "XA-7"})
    void oneBranchConsumesAndSendsInOnePhase() throws Exception {
        Queue output = newQueue(observer);
        send(observer, queue, "request");
        MessageConsumer consumer = session.createConsumer(queue);
        Xid xid = TestXid.next();
        resource.start(xid, TMNOFLAGS);
        assertThat(receiveText(consumer)).isEqualTo("request");
        send(session.getSession(), output, "reply");
        resource.end(xid, TMSUCCESS);

        resource.commit(xid, true);
        session.close();

        expectNothing();
        assertThat(receiveText(observer.createConsumer(output))).isEqualTo("reply");
        expect(XAException.XAER_NOTA, () -> resource.commit(xid, false));
    }

    @Test
    @Spec({"XA-4", "INB-9"})
    void rollbackForgetsSendsAndBringsMessagesAgainInOrder() throws Exception {
        Queue output = newQueue(observer);
        send(observer, queue, "a", "b", "c");
        MessageConsumer consumer = session.createConsumer(queue);
        for (int attempt = 1; attempt <= 2; attempt++) {
            Xid xid = TestXid.next();
            resource.start(xid, TMNOFLAGS);
            Message message = consumer.receive(PATIENCE_MILLIS);
            assertThat(message.getBody(String.class)).isEqualTo("a");
            assertThat(message.getIntProperty("JMSXDeliveryCount")).isEqualTo(attempt);
            assertThat(message.getJMSRedelivered()).isEqualTo(attempt > 1);
            send(session.getSession(), output, "never");
            resource.end(xid, TMSUCCESS);
            if (attempt == 2) {
                assertThat(resource.prepare(xid)).isEqualTo(XAResource.XA_OK);
            }
            resource.rollback(xid);
        }
        session.close();

        MessageConsumer rest = observer.createConsumer(queue);
        Message third = rest.receive(PATIENCE_MILLIS);
        assertThat(third.getBody(String.class)).isEqualTo("a");
        assertThat(third.getIntProperty("JMSXDeliveryCount")).isEqualTo(3);
        assertThat(drainTexts(rest)).containsExactly("b", "c");
        assertThat(observer.createConsumer(output).receive(SILENCE_MILLIS)).isNull();
    }

    @Test
    @Spec("XA-4")
    void interruptDoesNotMakeTheOutcomeUnknown() throws Exception {
        Xid xid = TestXid.next();
        resource.start(xid, TMNOFLAGS);
        send(session.getSession(), queue, "a");
        Thread.currentThread().interrupt();
        try {
            resource.end(xid, TMSUCCESS);
            resource.commit(xid, true);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }

        assertThat(nextSeen()).isEqualTo("a");
    }

    @Test
    @Spec("XA-8")
    void branchWithoutWorkIsReadOnly() throws Exception {
        Xid xid = TestXid.next();
        resource.start(xid, TMNOFLAGS);
        resource.end(xid, TMSUCCESS);

        assertThat(resource.prepare(xid)).isEqualTo(XAResource.XA_RDONLY);

        expect(XAException.XAER_NOTA, () -> resource.commit(xid, false));
        expect(XAException.XAER_NOTA, () -> resource.rollback(xid));
    }

    @Test
    @Spec("XA-12")
    void workOutsideOfBranchesCountsAtOnce() throws Exception {
        send(session.getSession(), queue, "1", "2", "3");
        MessageConsumer consumer = session.createConsumer(queue);
        assertThat(receiveText(consumer)).isEqualTo("1");
        Xid xid = TestXid.next();
        resource.start(xid, TMNOFLAGS);
        assertThat(receiveText(consumer)).isEqualTo("2");
        resource.end(xid, TMSUCCESS);
        resource.rollback(xid);
        assertThat(receiveText(consumer)).isEqualTo("2");
        session.close();

        assertThat(nextSeen()).isEqualTo("3");
        expectNothing();
    }

    @Test
    @Spec({"XA-4", "XA-13"})
    void sessionsOfTwoConnectionsJoinInOneBranch() throws Exception {
        XASession second = xaSession();
        assertThat(resource.isSameRM(second.getXAResource())).isTrue();
        Xid xid = TestXid.next();
        resource.start(xid, TMNOFLAGS);
        second.getXAResource().start(xid, TMJOIN);
        send(session.getSession(), queue, "first");
        send(second.getSession(), queue, "second");
        resource.end(xid, TMSUCCESS);
        expect(XAException.XAER_PROTO, () -> resource.prepare(xid));
        second.getXAResource().end(xid, TMSUCCESS);
        expectNothing();

        second.getXAResource().commit(xid, true);

        assertThat(drainTexts(observer.createConsumer(queue)))
                .containsExactlyInAnyOrder("first", "second");
    }

    @Test
    @Spec("XA-5")
    void branchesAreSuspendedAndInterleaved() throws Exception {
        Xid one = TestXid.next();
        Xid other = TestXid.next();
        MessageProducer producer = session.createProducer(queue);
        resource.start(one, TMNOFLAGS);
        producer.send(session.createTextMessage("one"));
        expect(XAException.XAER_PROTO, () -> resource.start(other, TMNOFLAGS));
        resource.end(one, TMSUSPEND);
        expect(XAException.XAER_PROTO, () -> resource.prepare(one));
        resource.start(other, TMNOFLAGS);
        producer.send(session.createTextMessage("other"));
        resource.end(other, TMSUCCESS);
        resource.commit(other, true);
        assertThat(nextSeen()).isEqualTo("other");
        resource.start(one, TMRESUME);
        producer.send(session.createTextMessage("one more"));
        resource.end(one, TMSUCCESS);

        resource.commit(one, true);

        assertThat(drainTexts(observer.createConsumer(queue))).containsExactly("one", "one more");
    }

    @Test
    @Spec("XA-9")
    void wrongCallsGetTheCodeThatTheSpecificationNames() throws Exception {
        Xid unknown = TestXid.next();
        expect(XAException.XAER_NOTA, () -> resource.start(unknown, TMJOIN));
        expect(XAException.XAER_NOTA, () -> resource.start(unknown, TMRESUME));
        expect(XAException.XAER_NOTA, () -> resource.end(unknown, TMSUCCESS));
        expect(XAException.XAER_NOTA, () -> resource.prepare(unknown));
        expect(XAException.XAER_NOTA, () -> resource.commit(unknown, false));
        expect(XAException.XAER_NOTA, () -> resource.commit(unknown, true));
        expect(XAException.XAER_NOTA, () -> resource.rollback(unknown));
        expect(XAException.XAER_NOTA, () -> resource.forget(unknown));
        expect(XAException.XAER_INVAL, () -> resource.start(unknown, TMSUCCESS));
        expect(XAException.XAER_INVAL, () -> resource.end(unknown, TMJOIN));
        expect(XAException.XAER_INVAL, () -> resource.recover(TMJOIN));
        expect(XAException.XAER_INVAL, () -> resource.start(null, TMNOFLAGS));
        expect(XAException.XAER_INVAL, () -> resource.setTransactionTimeout(-1));

        Xid xid = TestXid.next();
        resource.start(xid, TMNOFLAGS);
        expect(XAException.XAER_PROTO, () -> resource.start(xid, TMJOIN));
        expect(XAException.XAER_PROTO, () -> resource.prepare(xid));
        expect(XAException.XAER_PROTO, () -> resource.commit(xid, true));
        expect(XAException.XAER_PROTO, () -> resource.rollback(xid));
        expect(XAException.XAER_PROTO, () -> xaSession().getXAResource().end(xid, TMSUCCESS));
        expect(XAException.XAER_DUPID, () -> xaSession().getXAResource().start(xid, TMNOFLAGS));
        send(session.getSession(), queue, "kept through all of this");
        resource.end(xid, TMSUCCESS);
        expect(XAException.XAER_PROTO, () -> resource.start(xid, TMRESUME));
        expect(XAException.XAER_PROTO, () -> resource.commit(xid, false));
        expect(XAException.XAER_DUPID, () -> resource.start(xid, TMNOFLAGS));
        resource.prepare(xid);
        expect(XAException.XAER_PROTO, () -> resource.prepare(xid));
        expect(XAException.XAER_PROTO, () -> resource.commit(xid, true));
        expect(XAException.XAER_PROTO, () -> resource.start(xid, TMJOIN));
        expect(XAException.XAER_PROTO, () -> resource.forget(xid));
        expect(XAException.XAER_DUPID, () -> resource.start(xid, TMNOFLAGS));

        resource.commit(xid, false);

        assertThat(nextSeen()).isEqualTo("kept through all of this");
    }

    @Test
    @Spec("XA-4")
    void failedWorkCanOnlyBeRolledBack() throws Exception {
        Xid xid = TestXid.next();
        resource.start(xid, TMNOFLAGS);
        send(session.getSession(), queue, "never");
        resource.end(xid, TMFAIL);

        expect(XAException.XA_RBROLLBACK, () -> resource.prepare(xid));

        expect(XAException.XAER_NOTA, () -> resource.rollback(xid));
        expectNothing();
    }

    @Test
    @Spec("XA-4")
    void branchIsRolledBackAtItsTimeout() throws Exception {
        send(observer, queue, "comes again");
        MessageConsumer consumer = session.createConsumer(queue);
        assertThat(resource.setTransactionTimeout(1)).isTrue();
        assertThat(resource.getTransactionTimeout()).isEqualTo(1);
        Xid xid = TestXid.next();
        resource.start(xid, TMNOFLAGS);
        assertThat(receiveText(consumer)).isEqualTo("comes again");
        resource.end(xid, TMSUCCESS);
        consumer.close();

        MessageConsumer other = observer.createConsumer(queue);
        Message again = other.receive(PATIENCE_MILLIS);

        assertThat(again.getJMSRedelivered()).isTrue();
        expect(XAException.XA_RBTIMEOUT, () -> resource.prepare(xid));
        expect(XAException.XAER_NOTA, () -> resource.rollback(xid));
    }

    @Test
    @Spec("XA-4")
    void workGoingOnAfterTheTimeoutIsRolledBackToo() throws Exception {
        resource.setTransactionTimeout(1);
        Xid late = TestXid.next();
        resource.start(late, TMNOFLAGS);
        Xid other = TestXid.next();
        XAResource second = xaSession().getXAResource();
        await(
                "branch is doomed",
                () -> {
                    try {
                        second.start(late, TMJOIN);
                        second.end(late, TMSUCCESS);
                        return false;
                    } catch (XAException refused) {
                        return refused.errorCode == XAException.XA_RBTIMEOUT;
                    }
                });
        send(session.getSession(), queue, "never");
        expect(XAException.XA_RBTIMEOUT, () -> resource.end(late, TMSUCCESS));
        resource.rollback(late);
        resource.setTransactionTimeout(0);
        resource.start(other, TMNOFLAGS);
        resource.end(other, TMSUCCESS);
        resource.rollback(other);
        expectNothing();
    }

    @Test
    @Spec({"XA-6", "XA-9"})
    void anyResourceListsAndDecidesBranchesOfDeadSessions() throws Exception {
        send(observer, queue, "consumed");
        XAConnection doomed = factory().createXAConnection();
        doomed.start();
        XASession dead = doomed.createXASession();
        MessageConsumer consumer = dead.createConsumer(queue);
        TestXid consumed = TestXid.next();
        TestXid unprepared = TestXid.next();
        dead.getXAResource().start(consumed, TMNOFLAGS);
        assertThat(receiveText(consumer)).isEqualTo("consumed");
        send(dead.getSession(), queue, "sent");
        dead.getXAResource().end(consumed, TMSUCCESS);
        dead.getXAResource().prepare(consumed);
        dead.getXAResource().start(unprepared, TMNOFLAGS);
        send(dead.getSession(), queue, "never");
        doomed.close();

        expectNothing();
        Xid[] listed = resource.recover(TMSTARTRSCAN | TMENDRSCAN);
        assertThat(consumed.isIn(listed)).isTrue();
        assertThat(unprepared.isIn(listed)).isFalse();
        assertThat(resource.recover(TMNOFLAGS)).isEmpty();
        expect(XAException.XAER_NOTA, () -> resource.rollback(unprepared));
        resource.commit(consumed, false);

        assertThat(nextSeen()).isEqualTo("sent");
        assertThat(consumed.isIn(resource.recover(TMSTARTRSCAN | TMENDRSCAN))).isFalse();
    }

    @Test
    @Spec("XA-4")
    void endedWorkIsCommittedAfterItsSessionWasClosed() throws Exception {
        Xid xid = sentIn(session, "a");
        session.close();

        resource.commit(xid, true);

        assertThat(nextSeen()).isEqualTo("a");
    }

    @Test
    @Spec({"XA-10", "XA-4"})
    void sessionClosedInTheMiddleOfItsWorkRollsItBack() throws Exception {
        Xid xid = TestXid.next();
        resource.start(xid, TMNOFLAGS);
        send(session.getSession(), queue, "never");
        session.close();

        expect(XAException.XA_RBROLLBACK, () -> resource.prepare(xid));
        expectNothing();
    }

    @Test
    @Spec({"XA-4", "INB-9"})
    void listenerThatBeginsABranchHasItsMessageInIt() throws Exception {
        send(observer, queue, "a", "b");
        CompletableFuture<String> done = new CompletableFuture<>();
        StringBuilder story = new StringBuilder();
        MessageConsumer consumer = session.createConsumer(queue);
        consumer.setMessageListener(
                message -> {
                    try {
                        Xid xid = TestXid.next();
                        resource.start(xid, TMNOFLAGS);
                        int count = message.getIntProperty("JMSXDeliveryCount");
                        story.append(message.getBody(String.class)).append(count).append(' ');
                        resource.end(xid, TMSUCCESS);
                        if (count == 1) {
                            resource.rollback(xid);
                        } else {
                            resource.commit(xid, true);
                        }
                        if (story.toString().contains("b2")) {
                            done.complete(story.toString());
                        }
                    } catch (Exception failed) {
                        done.completeExceptionally(failed);
                    }
                });

        assertThat(done.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo("a1 a2 b1 b2 ");
        consumer.close();
        expectNothing();
    }

    @Test
    @Spec("XA-11")
    void nothingOfTheBranchTravelsWithTheMessage() throws Exception {
        Xid xid = sentIn(session, "plain");
        resource.commit(xid, true);

        MessageConsumer consumer = observer.createConsumer(queue);
        Message message = consumer.receive(PATIENCE_MILLIS);

        assertThat(listOf(message.getPropertyNames())).containsOnly("JMSXDeliveryCount");
    }
}
