package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.broker.server.TestClient.queue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.millrace.broker.settings.BrokerSettings;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.SessionKind;
import org.millrace.wire.frame.Frame.SubscriptionKind;

/** CID-4, CID-5, CID-6, TMP-1 to TMP-6. */
class ConnectionTest {
    private final TestBroker broker = new TestBroker();

    @Test
    void aClientIdIsUsedByOneConnectionAtATime() {
        TestClient first = broker.connect("me");
        TestClient second = broker.connect();
        second.askRefused(ErrorCode.INVALID_CLIENT_ID, id -> new Frame.SetClientId(id, "me"));
        first.askRefused(ErrorCode.ILLEGAL_STATE, id -> new Frame.SetClientId(id, "other"));

        first.askDone(Frame.CloseConnection::new);
        second.askDone(id -> new Frame.SetClientId(id, "me"));
        second.cut();
        broker.connect("me");
    }

    @Test
    void aViolationClosesItsOwnLinkOnly() {
        TestClient bystander = broker.connect();
        TestClient early = broker.link();
        early.say(new Frame.OpenSession(1, 1, SessionKind.DIRECT, 0, 0));
        assertThat(early.isClosed()).isTrue();
        assertThat(early.heard(Frame.Goodbye.class))
                .extracting(Frame.Goodbye::code)
                .containsExactly(ErrorCode.PROTOCOL);

        TestClient future = broker.link();
        future.say(new Frame.Hello(90, 99, 0, "from the future"));
        assertThat(future.heard(Frame.Goodbye.class))
                .extracting(Frame.Goodbye::code)
                .containsExactly(ErrorCode.VERSION);

        TestClient stranger = broker.link();
        stranger.say(new Frame.Hello(1, 1, 0, "test"));
        stranger.say(new Frame.Authenticate("MAGIC", ByteBuffer.allocate(0)));
        assertThat(stranger.isClosed()).isTrue();

        TestClient twice = broker.connect();
        int session = twice.session(SessionKind.DIRECT);
        twice.say(new Frame.OpenSession(99, session, SessionKind.DIRECT, 0, 0));
        assertThat(twice.isClosed()).isTrue();

        bystander.session(SessionKind.DIRECT);
    }

    @Test
    void temporaryDestinationsBelongToTheirConnection() {
        TestClient owner = broker.connect();
        int session = owner.session(SessionKind.DIRECT);
        Frame.TemporaryCreated created =
                (Frame.TemporaryCreated)
                        owner.ask(
                                id -> new Frame.CreateTemporary(id, Address.Kind.TEMPORARY_QUEUE));
        Address temporary = Address.of(Address.Kind.TEMPORARY_QUEUE, created.name());
        int consumer = owner.consumer(session, temporary, SubscriptionKind.QUEUE, "", "", 10);

        TestClient guest = broker.connect();
        int guestSession = guest.session(SessionKind.DIRECT);
        guest.refusedConsumer(
                ErrorCode.INVALID_DESTINATION, guestSession, temporary, SubscriptionKind.QUEUE, "");
        int producer = guest.producer(guestSession, temporary);
        guest.send(producer, "reply");
        assertThat(owner.takeTexts(consumer)).containsExactly("reply");
        owner.askRefused(ErrorCode.IN_USE, id -> new Frame.DeleteTemporary(id, temporary));

        owner.cut();
        broker.advance(BrokerSettings.DEFAULTS.resumeGrace());
        broker.run();

        assertThat(guest.heard(Frame.EndpointClosed.class))
                .extracting(Frame.EndpointClosed::endpointId)
                .containsExactly(producer);
        guest.askRefused(
                ErrorCode.INVALID_DESTINATION,
                id ->
                        new Frame.Send(
                                id,
                                producer,
                                true,
                                4,
                                0,
                                guest.batch(producer, TestClient.header(), "late")));
    }

    @Test
    void anEngineThatFailsEndsAllConnections() {
        TestClient client = broker.connect();
        int producer = client.producer(client.session(SessionKind.DIRECT), queue("q"));
        broker.engine.fail(new java.io.IOException("the disk is gone"));
        client.say(
                new Frame.Send(
                        5,
                        producer,
                        true,
                        4,
                        0,
                        client.batch(producer, TestClient.header(), "lost")));

        assertThat(client.isClosed()).isTrue();
        assertThat(client.heard(Frame.Goodbye.class))
                .extracting(Frame.Goodbye::code)
                .containsExactly(ErrorCode.BROKER_STOPPED);
        assertThat(broker.failures).hasSize(1);
    }

    @Test
    void aNewLinkOfTheSameConnectionReplacesTheOldOne() {
        TestClient old = broker.connect("me");
        TestClient back = broker.link();
        back.say(new Frame.Hello(1, 1, 0, "test"));
        back.say(new Frame.Authenticate("ANONYMOUS", ByteBuffer.allocate(0)));
        Frame answer =
                back.ask(
                        id ->
                                new Frame.OpenConnection(
                                        id, "me", old.connectionId, old.resumeSecret));
        assertThat(answer).isInstanceOf(Frame.ConnectionOpened.class);
        assertThat(old.isClosed()).isTrue();
    }
}
