package org.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.millrace.broker.Broker;
import org.millrace.jms.MillraceConnectionFactory;

@Timeout(60)
class TransactionsCommandTest {
    private static final String ID = "4d52:01ff:02";

    private final Broker broker =
            Broker.builder().inMemory().host("127.0.0.1").port(0).name("in doubt").build();

    private record Id(int getFormatId, byte[] getGlobalTransactionId, byte[] getBranchQualifier)
            implements Xid {}

    @BeforeEach
    void start() {
        broker.start();
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private CommandRun run(String... words) {
        String[] arguments = new String[words.length + 3];
        arguments[0] = "transactions";
        System.arraycopy(words, 0, arguments, 1, words.length);
        arguments[words.length + 1] = "--url";
        arguments[words.length + 2] = "millrace://127.0.0.1:" + broker.port();
        return CommandRun.of("", arguments);
    }

    @Test
    void whatIsInDoubtIsListedAndDecided() throws Exception {
        assertThat(run("list").output()).contains("nothing is in doubt");
        Xid xid = new Id(0x4d52, new byte[] {1, -1}, new byte[] {2});
        try (XAConnection connection =
                new MillraceConnectionFactory("millrace://127.0.0.1:" + broker.port())
                        .createXAConnection()) {
            connection.start();
            XASession session = connection.createXASession();
            Queue queue = session.createQueue("orders");
            session.getXAResource().start(xid, XAResource.TMNOFLAGS);
            session.createProducer(queue).send(session.createTextMessage("one"));
            session.getXAResource().end(xid, XAResource.TMSUCCESS);
            session.getXAResource().prepare(xid);

            assertThat(run("list").output()).contains(ID, "PREPARED");
            assertThat(run("list", "--json").output()).contains("\"id\":\"" + ID + "\"");
            assertThat(run("commit", "1:2:3"))
                    .satisfies(
                            wrong -> {
                                assertThat(wrong.exit()).isEqualTo(1);
                                assertThat(wrong.errors()).contains("no branch 1:2:3 in doubt");
                            });
            assertThat(run("forget", ID))
                    .satisfies(
                            early -> {
                                assertThat(early.exit()).isEqualTo(1);
                                assertThat(early.errors()).contains(ID, "it is PREPARED");
                            });
            CommandRun committed = run("commit", ID);
            assertThat(committed.exit()).as(committed.errors()).isZero();
            assertThat(committed.output()).contains("committed " + ID + ": 1 messages sent");
            assertThat(run("list").output()).contains(ID, "DECIDED");

            MessageConsumer consumer = connection.createSession().createConsumer(queue);
            assertThat(consumer.receive(10_000).getBody(String.class)).isEqualTo("one");
        }
        CommandRun forgotten = run("forget", ID);
        assertThat(forgotten.exit()).as(forgotten.errors()).isZero();
        assertThat(forgotten.output()).contains("forgotten " + ID);
        assertThat(run("list").output()).contains("nothing is in doubt");
    }
}
