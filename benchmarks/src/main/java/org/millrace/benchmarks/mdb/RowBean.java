package org.millrace.benchmarks.mdb;

import jakarta.annotation.Resource;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;

/** One row for each message, in its transaction; the same class for both adapters. */
public class RowBean implements MessageListener {
    @Resource(lookup = "java:/jdbc/rows")
    private DataSource rows;

    @Resource(lookup = "java:comp/TransactionSynchronizationRegistry")
    private TransactionSynchronizationRegistry transaction;

    @Override
    public void onMessage(Message message) {
        Tally tally = Tally.current();
        tally.called();
        transaction.registerInterposedSynchronization(new Committed(tally));
        try (Connection connection = rows.getConnection();
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO messages VALUES (?)")) {
            insert.setInt(1, ((BytesMessage) message).readInt());
            int unused = insert.executeUpdate();
        } catch (JMSException | SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private record Committed(Tally tally) implements Synchronization {
        @Override
        public void beforeCompletion() {
            // Nothing to be written.
        }

        @Override
        public void afterCompletion(int status) {
            if (status == Status.STATUS_COMMITTED) {
                tally.committed();
            }
        }
    }
}
