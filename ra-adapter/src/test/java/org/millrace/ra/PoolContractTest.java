package org.millrace.ra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.QueueConnectionFactory;
import jakarta.jms.TopicConnectionFactory;
import jakarta.resource.Referenceable;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import jakarta.resource.spi.security.PasswordCredential;
import java.io.PrintWriter;
import java.io.Serializable;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.security.auth.Subject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;
import org.millrace.jms.EmbeddedBroker;
import org.millrace.ra.outbound.MillraceManagedConnectionFactory;
import org.millrace.ra.outbound.MillraceQueueManagedConnectionFactory;
import org.millrace.ra.outbound.MillraceTopicManagedConnectionFactory;

/** What a pool asks of factories and connections, beside the work itself. */
class PoolContractTest {
    private static final String NAME = "pool-contract";

    private final MillraceManagedConnectionFactory factory = new MillraceManagedConnectionFactory();
    private final List<ManagedConnection> opened = new ArrayList<>();
    private EmbeddedBroker broker;

    @BeforeEach
    void start() {
        broker = EmbeddedBroker.start(NAME, Map.of());
        factory.setUrl("vm://" + NAME);
    }

    @AfterEach
    void stop() throws Exception {
        for (ManagedConnection each : opened) {
            each.destroy();
        }
        broker.close();
    }

    private ManagedConnection open(Subject subject, ConnectionRequestInfo request)
            throws ResourceException {
        ManagedConnection connection = factory.createManagedConnection(subject, request);
        opened.add(connection);
        return connection;
    }

    @Test
    @Spec("OUT-1")
    void factoriesImplementWhatIsBoundInJndi() throws Exception {
        assertThat(factory.createConnectionFactory(new Recording()))
                .isInstanceOf(ConnectionFactory.class)
                .isInstanceOf(Serializable.class)
                .isInstanceOf(Referenceable.class);
        assertThat(new MillraceQueueManagedConnectionFactory().createConnectionFactory())
                .isInstanceOf(QueueConnectionFactory.class)
                .isInstanceOf(Serializable.class)
                .isInstanceOf(Referenceable.class);
        assertThat(new MillraceTopicManagedConnectionFactory().createConnectionFactory())
                .isInstanceOf(TopicConnectionFactory.class)
                .isInstanceOf(Serializable.class)
                .isInstanceOf(Referenceable.class);
    }

    /** Who asks for connections, from which thread. */
    private final class Recording implements ConnectionManager {
        private static final long serialVersionUID = 1L;

        private final transient List<ConnectionRequestInfo> requests = new ArrayList<>();
        private final transient List<Thread> threads = new ArrayList<>();

        @Override
        public Object allocateConnection(
                ManagedConnectionFactory asked, ConnectionRequestInfo request)
                throws ResourceException {
            assertThat(asked).isSameAs(factory);
            requests.add(request);
            threads.add(Thread.currentThread());
            return open(null, request).getConnection(null, request);
        }
    }

    @Test
    @Spec({"RA-4", "OUT-2"})
    void requestsAreEqualByContentsAndConnectionsByIdentity() throws Exception {
        Recording pool = new Recording();
        ConnectionFactory connections = (ConnectionFactory) factory.createConnectionFactory(pool);

        connections.createConnection("ada", "secret").close();
        connections.createContext("ada", "secret").close();
        connections.createConnection("ada", "other").close();
        connections.createConnection().close();

        List<ConnectionRequestInfo> requests = pool.requests;
        assertThat(requests.get(0)).isEqualTo(requests.get(1)).hasSameHashCodeAs(requests.get(1));
        assertThat(requests.get(0)).isNotEqualTo(requests.get(2)).isNotEqualTo(requests.get(3));
        assertThat(pool.threads).containsOnly(Thread.currentThread());
        assertThat(opened.get(0)).isNotEqualTo(opened.get(1));
        assertThat(opened.get(0).getMetaData().getUserName()).isEqualTo("ada");
        assertThat(factory.getUser()).isNull();
    }

    @Test
    @Spec({"OUT-4", "OUT-6"})
    void connectionIsOfTheUserOfItsSubject() throws Exception {
        Subject ada = new Subject();
        PasswordCredential credential = new PasswordCredential("ada", "secret".toCharArray());
        credential.setManagedConnectionFactory(factory);
        ada.getPrivateCredentials().add(credential);

        ManagedConnection connection = open(ada, null);

        assertThat(connection.getMetaData().getUserName()).isEqualTo("ada");
        assertThat(connection.getConnection(ada, null))
                .isNotSameAs(connection.getConnection(ada, null));
        assertThatThrownBy(() -> connection.getConnection(null, null))
                .isInstanceOf(jakarta.resource.spi.SecurityException.class);
    }

    @Test
    @Spec("OUT-15")
    void connectionDescribesItselfAndKeepsItsLogWriter() throws Exception {
        ManagedConnection connection = open(null, null);
        var facts = connection.getMetaData();
        assertThat(facts.getEISProductName()).isEqualTo("Millrace");
        assertThat(facts.getEISProductVersion()).isNotEmpty();
        assertThat(facts.getMaxConnections()).isZero();
        assertThat(facts.getUserName()).isEmpty();

        PrintWriter writer = new PrintWriter(new StringWriter());
        connection.setLogWriter(writer);
        factory.setLogWriter(writer);

        assertThat(connection.getLogWriter()).isSameAs(writer);
        assertThat(factory.getLogWriter()).isSameAs(writer);
    }
}
