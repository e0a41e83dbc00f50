package org.millrace.conformance.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.InvalidClientIDRuntimeException;
import jakarta.jms.JMSContext;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;
import org.millrace.jms.MillraceConnectionFactory;

/** §6.1.2: the client identifier. */
class Section_6_1_2_ClientIdentifierTest extends SpecTest {
    private final String clientId = uniqueName("client");

    private MillraceConnectionFactory administered() {
        MillraceConnectionFactory factory = factory();
        factory.setClientId(clientId);
        return factory;
    }

    @Test
    @Spec({"CID-1", "CID-8", "EXC-13"})
    void anAdministeredIdentifierCannotBeReplaced() throws Exception {
        Connection connection = closedAfterwards(administered().createConnection());
        assertThat(connection.getClientID()).isEqualTo(clientId);
        assertThatThrownBy(() -> connection.setClientID(uniqueName("other")))
                .isInstanceOf(IllegalStateException.class);
        assertThat(connection.getClientID()).isEqualTo(clientId);
    }

    @Test
    @Spec({"CID-1", "CID-8"})
    void anIdentifierThatIsNotAdministeredIsNullUntilSet() throws Exception {
        Connection connection = connection();
        assertThat(connection.getClientID()).isNull();
        connection.setClientID(clientId);
        assertThat(connection.getClientID()).isEqualTo(clientId);
    }

    @Test
    @Spec({"CID-2", "EXC-13"})
    void afterAnyActionTheIdentifierIsFrozen() throws Exception {
        Connection used = connection();
        used.createSession();
        assertFrozen(used);
        Connection started = connection();
        started.start();
        assertFrozen(started);
        Connection stopped = connection();
        stopped.stop();
        assertFrozen(stopped);
        Connection set = connection();
        set.setClientID(clientId);
        assertFrozen(set);
        assertThatThrownBy(() -> set.setClientID(clientId))
                .isInstanceOf(IllegalStateException.class);
    }

    private static void assertFrozen(Connection connection) {
        assertThatThrownBy(() -> connection.setClientID(uniqueName("late")))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    @Spec("CID-3")
    void lookingAtTheConnectionIsNotAnAction() throws Exception {
        Connection connection = connection();
        connection.getClientID();
        connection.getMetaData();
        connection.setExceptionListener(failure -> {});
        connection.getExceptionListener();
        connection.setClientID(clientId);
        assertThat(connection.getClientID()).isEqualTo(clientId);
    }

    @Test
    @Spec({"CID-4", "CID-5", "EXC-14"})
    void anIdentifierInUseIsRefusedHoweverItIsGiven() throws Exception {
        connection().setClientID(clientId);
        Connection second = connection();
        assertThatThrownBy(() -> second.setClientID(clientId))
                .isInstanceOf(InvalidClientIDException.class);
        second.setClientID(uniqueName("client"));
        assertThatThrownBy(() -> administered().createConnection())
                .isInstanceOf(InvalidClientIDException.class);
        assertThatThrownBy(() -> administered().createContext())
                .isInstanceOf(InvalidClientIDRuntimeException.class);
        JMSContext context = context();
        assertThatThrownBy(() -> context.setClientID(clientId))
                .isInstanceOf(InvalidClientIDRuntimeException.class);
    }

    @Test
    @Spec({"CID-4", "EXC-14"})
    void noIdentifierIsNoIdentifier() throws Exception {
        Connection connection = connection();
        assertThatThrownBy(() -> connection.setClientID(null))
                .isInstanceOf(InvalidClientIDException.class);
        assertThatThrownBy(() -> connection.setClientID(""))
                .isInstanceOf(InvalidClientIDException.class);
    }

    @Test
    @Spec({"CID-6", "SUB-15"})
    void closingFreesTheIdentifierAtOnce() throws Exception {
        for (int i = 0; i < 5; i++) {
            Connection connection = connection();
            connection.setClientID(clientId);
            connection.close();
        }
    }

    @Test
    @Spec({"CID-5", "CID-7", "SUB-5"})
    void durableSubscriptionsOfOneNameBelongToTheirClientIdentifiers() throws Exception {
        Connection one = startedConnection(clientId);
        Connection two = startedConnection(uniqueName("client"));
        Session first = one.createSession();
        Session second = two.createSession();
        Session without = startedConnection().createSession();
        Topic topic = newTopic(first);
        String name = uniqueName("sub");
        MessageConsumer ofOne = first.createDurableConsumer(topic, name);
        MessageConsumer ofTwo = second.createDurableConsumer(topic, name);
        MessageConsumer ofNone = without.createSharedDurableConsumer(topic, name);
        send(without, topic, "for all three");
        assertThat(receiveText(ofOne)).isEqualTo("for all three");
        assertThat(receiveText(ofTwo)).isEqualTo("for all three");
        assertThat(receiveText(ofNone)).isEqualTo("for all three");
    }

    @Test
    @Spec({"CID-8", "CTX-9"})
    void allContextsOfOneConnectionShareTheIdentifier() {
        JMSContext context = context();
        context.setClientID(clientId);
        JMSContext sibling = closedAfterwards(context.createContext(JMSContext.AUTO_ACKNOWLEDGE));
        assertThat(sibling.getClientID()).isEqualTo(clientId);
        assertThatThrownBy(() -> sibling.setClientID(uniqueName("client")))
                .isInstanceOf(IllegalStateRuntimeException.class);
    }
}
