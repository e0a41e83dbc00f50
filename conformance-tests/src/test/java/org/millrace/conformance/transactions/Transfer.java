package org.millrace.conformance.transactions;

import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.TextMessage;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import jakarta.transaction.RollbackException;
import jakarta.transaction.TransactionManager;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.util.List;
import javax.sql.XADataSource;
import javax.transaction.xa.XAResource;
import org.h2.jdbcx.JdbcDataSource;
import org.millrace.jms.MillraceConnectionFactory;

/**
 * A process that moves messages from one queue to another and writes a row for each, in global
 * transactions, until nothing is left and nothing is in doubt. Says on its output where it is, and
 * waits for a line on its input each time.
 */
public final class Transfer {
    static final String INPUT = "transfer.in";
    static final String OUTPUT = "transfer.out";
    private static final BufferedReader ORDERS =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

    private final Coordinator coordinator;
    private final XAConnection connection;
    private final XADataSource database;

    private Transfer(Coordinator coordinator, XAConnection connection, XADataSource database) {
        this.coordinator = coordinator;
        this.connection = connection;
        this.database = database;
    }

    static JdbcDataSource database(Path directory) {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:file:" + directory.resolve("rows"));
        source.setUser("sa");
        source.setPassword("");
        return source;
    }

    /**
     * @param arguments which transaction manager, URI of the broker, directory for log and database
     */
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[2]);
        MillraceConnectionFactory factory = new MillraceConnectionFactory(arguments[1]);
        JdbcDataSource database = database(directory);
        try (XAConnection connection = factory.createXAConnection();
                XAConnection forRecovery = factory.createXAConnection()) {
            connection.start();
            javax.sql.XAConnection rowsForRecovery = database.getXAConnection();
            XASession recovering = forRecovery.createXASession();
            List<Coordinator.Participant> participants =
                    List.of(
                            participant("broker", unwatched(recovering.getXAResource())),
                            participant("rows", new RowsResource(rowsForRecovery.getXAResource())));
            Coordinator coordinator =
                    Coordinator.start(arguments[0], directory.resolve("log"), participants);
            new Transfer(coordinator, connection, database).run(participants);
            say("done");
            coordinator.close();
        }
        Runtime.getRuntime().halt(0);
    }

    /** Atomikos knows resources again by their class. */
    private static XAResource unwatched(XAResource resource) {
        return new WatchedResource(resource, point -> {});
    }

    private static Coordinator.Participant participant(String name, XAResource resource) {
        return new Coordinator.Participant() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public XAResource recoverable() {
                return resource;
            }
        };
    }

    private static synchronized void say(String what) {
        System.out.println("transfer: " + what);
        System.out.flush();
    }

    private static synchronized void reached(String point) {
        say(point);
        try {
            ORDERS.readLine();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private void run(List<Coordinator.Participant> participants) throws Exception {
        javax.sql.XAConnection rows = database.getXAConnection();
        XASession session = connection.createXASession();
        MessageConsumer consumer = session.createConsumer(session.createQueue(INPUT));
        MessageProducer producer = session.createProducer(session.createQueue(OUTPUT));
        boolean more = true;
        while (more) {
            coordinator.recover();
            boolean moved = move(session, consumer, producer, rows);
            more = moved || isInDoubt(participants);
        }
    }

    private boolean isInDoubt(List<Coordinator.Participant> participants) throws Exception {
        for (Coordinator.Participant each : participants) {
            int both = XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN;
            if (each.recoverable().recover(both).length > 0) {
                return true;
            }
        }
        return false;
    }

    private boolean move(
            XASession session,
            MessageConsumer consumer,
            MessageProducer producer,
            javax.sql.XAConnection rows)
            throws Exception {
        TransactionManager transactions = coordinator.transactions();
        transactions.begin();
        XAResource ofBroker = new WatchedResource(session.getXAResource(), Transfer::reached);
        transactions.getTransaction().enlistResource(ofBroker);
        TextMessage message = (TextMessage) consumer.receive(700);
        if (message == null) {
            transactions.rollback();
            return false;
        }
        producer.send(session.createTextMessage(message.getText()));
        transactions.getTransaction().enlistResource(new RowsResource(rows.getXAResource()));
        // Closing it would roll back what is prepared: not before the end.
        try (java.sql.Connection row = rows.getConnection()) {
            try (PreparedStatement insert = row.prepareStatement("INSERT INTO seen VALUES (?)")) {
                insert.setString(1, message.getText());
                insert.executeUpdate();
            }
            transactions.commit();
        } catch (RollbackException rolledBack) {
            say("rolled back: " + rolledBack.getMessage());
        }
        return true;
    }
}
