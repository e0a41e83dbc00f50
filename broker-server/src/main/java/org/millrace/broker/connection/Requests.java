package org.millrace.broker.connection;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.millrace.broker.destination.Destination;
import org.millrace.broker.loop.Answer;
import org.millrace.broker.loop.RefusedException;
import org.millrace.broker.session.BrokerSession;
import org.millrace.broker.session.ConsumerEndpoint;
import org.millrace.broker.session.ProducerEndpoint;
import org.millrace.broker.session.Rooms;
import org.millrace.broker.transaction.Worker;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The frames of one open connection on their way to its sessions, endpoints and temporary
 * destinations. Confined to the broker loop.
 */
final class Requests {
    private static final Logger LOG = LoggerFactory.getLogger(Requests.class);
    private static final int MAX_ENDPOINTS = 100_000;

    /** Each may hold a page. */
    private static final int MAX_BROWSERS = 1024;

    private final ClientConnection connection;
    private final Belongings belongings;
    private final Rooms rooms;
    private final Map<Integer, BrokerSession> sessions = new LinkedHashMap<>();
    private final Map<Integer, ProducerEndpoint> producers = new LinkedHashMap<>();
    private final Map<Integer, ConsumerEndpoint> consumers = new LinkedHashMap<>();
    private final Map<Integer, BrowserEndpoint> browsers = new LinkedHashMap<>();

    /** Of the frame being handled. */
    private long requestId;

    Requests(ClientConnection connection, Belongings belongings, Rooms rooms) {
        this.connection = connection;
        this.belongings = belongings;
        this.rooms = rooms;
    }

    /**
     * @throws RefusedException with {@link ErrorCode#PROTOCOL} when the link must be closed
     */
    void handle(Frame frame) {
        requestId = Frame.NO_REPLY;
        try {
            if (!handleMessaging(frame)
                    && !handleEndpoint(frame)
                    && !handleBrowser(frame)
                    && !handleConnection(frame)) {
                throw ClientConnection.violation(
                        "%s is not sent by clients of an open connection",
                        frame.getClass().getSimpleName());
            }
        } catch (RefusedException refused) {
            if (refused.code() == ErrorCode.PROTOCOL) {
                throw refused;
            }
            boolean isLost = frame instanceof Frame.Send send && isSentAtOnce(send);
            if (requestId == Frame.NO_REPLY && !isLost) {
                LOG.debug("{}: {}", connection.peer(), refused.getMessage());
            } else {
                connection.write(new Frame.Failed(requestId, refused.code(), refused.getMessage()));
            }
        }
    }

    /** Not held back in a transaction, whose commit tells what was refused. */
    private boolean isSentAtOnce(Frame.Send send) {
        ProducerEndpoint producer = producers.get(send.producerId());
        return producer == null || !producer.holdsBack();
    }

    /** What comes once or more per message. */
    private boolean handleMessaging(Frame frame) {
        if (frame instanceof Frame.Send send) {
            requestId = send.requestId();
            producer(send.producerId()).send(send);
        } else if (frame instanceof Frame.Acknowledge acknowledge) {
            requestId = acknowledge.requestId();
            session(acknowledge.sessionId()).acknowledge(acknowledge);
        } else if (frame instanceof Frame.Credit credit) {
            consumer(credit.consumerId()).addCredit(credit.messages());
        } else if (frame instanceof Frame.Commit commit) {
            requestId = commit.requestId();
            session(commit.sessionId()).commit(commit);
        } else if (frame instanceof Frame.Rollback rollback) {
            requestId = rollback.requestId();
            session(rollback.sessionId()).rollback(rollback);
        } else if (frame instanceof Frame.Recover recover) {
            requestId = recover.requestId();
            session(recover.sessionId()).recover(recover);
        } else if (frame instanceof Frame.Release release) {
            requestId = release.requestId();
            session(release.sessionId()).release(release);
        } else if (frame instanceof Frame.Drain drain) {
            requestId = drain.requestId();
            consumer(drain.consumerId()).drain(drain.requestId());
        } else {
            return false;
        }
        return true;
    }

    private boolean handleEndpoint(Frame frame) {
        if (frame instanceof Frame.OpenProducer open) {
            requestId = open.requestId();
            openProducer(open);
        } else if (frame instanceof Frame.CloseProducer close) {
            ProducerEndpoint closed = producers.remove(close.producerId());
            if (closed != null) {
                closed.session().closeProducer(closed);
            }
        } else if (frame instanceof Frame.OpenConsumer open) {
            requestId = open.requestId();
            openConsumer(open);
        } else if (frame instanceof Frame.CloseConsumer close) {
            ConsumerEndpoint closed = consumers.remove(close.consumerId());
            if (closed != null) {
                closed.session().closeConsumer(closed, close.lastSeenDeliveryId());
            }
            connection.write(new Frame.Done(close.requestId()));
        } else if (frame instanceof Frame.OpenSession open) {
            requestId = open.requestId();
            openSession(open);
        } else if (frame instanceof Frame.CloseSession close) {
            closeSession(close);
        } else {
            return false;
        }
        return true;
    }

    private boolean handleBrowser(Frame frame) {
        if (frame instanceof Frame.OpenBrowser open) {
            requestId = open.requestId();
            openBrowser(open);
        } else if (frame instanceof Frame.BrowseNext next) {
            requestId = next.requestId();
            browser(next.browserId()).next(next);
        } else if (frame instanceof Frame.CloseBrowser close) {
            BrowserEndpoint closed = browsers.remove(close.browserId());
            if (closed != null) {
                closed.close();
            }
        } else {
            return false;
        }
        return true;
    }

    private boolean handleConnection(Frame frame) {
        if (frame instanceof Frame.SetClientId set) {
            requestId = set.requestId();
            connection.setClientId(set.clientId());
            connection.write(new Frame.Done(requestId));
        } else if (frame instanceof Frame.CloseConnection close) {
            connection.write(new Frame.Done(close.requestId()));
            connection.close();
        } else if (frame instanceof Frame.AskCommit ask) {
            rooms.producers()
                    .askCommit(
                            ask.producerId(),
                            ask.commitNumber(),
                            committed ->
                                    connection.write(
                                            new Frame.CommitOutcome(ask.requestId(), committed)));
        } else if (frame instanceof Frame.Unsubscribe unsubscribe) {
            requestId = unsubscribe.requestId();
            rooms.subscriptions()
                    .unsubscribe(
                            connection.clientId(),
                            unsubscribe.subscription(),
                            Answer.of(
                                    done ->
                                            connection.write(
                                                    new Frame.Done(unsubscribe.requestId())),
                                    why ->
                                            connection.write(
                                                    new Frame.Failed(
                                                            unsubscribe.requestId(),
                                                            why.code(),
                                                            why.getMessage()))));
        } else if (frame instanceof Frame.Admin admin) {
            requestId = admin.requestId();
            connection.administer(admin);
        } else if (frame instanceof Frame.Xa xa) {
            rooms.branches().handle(xa, worker(xa.sessionId()), connection::write);
        } else if (frame instanceof Frame.CreateTemporary create) {
            requestId = create.requestId();
            createTemporary(create);
        } else if (frame instanceof Frame.DeleteTemporary delete) {
            requestId = delete.requestId();
            rooms.destinations().deleteTemporary(delete.destination(), connection.connectionId());
            belongings.removeDeleted();
            connection.write(new Frame.Done(requestId));
        } else {
            return false;
        }
        return true;
    }

    // ---------------------------------------------------------------- looking up

    private BrokerSession session(int id) {
        BrokerSession found = sessions.get(id);
        if (found == null) {
            throw RefusedException.of(ErrorCode.ILLEGAL_STATE, "session %d is not open", id);
        }
        return found;
    }

    private Optional<Worker> worker(int sessionId) {
        return Optional.<Worker>ofNullable(sessions.get(sessionId)).filter(Worker::isXa);
    }

    private ProducerEndpoint producer(int id) {
        ProducerEndpoint found = producers.get(id);
        if (found == null) {
            throw RefusedException.of(ErrorCode.ILLEGAL_STATE, "producer %d is not open", id);
        }
        return found;
    }

    private ConsumerEndpoint consumer(int id) {
        ConsumerEndpoint found = consumers.get(id);
        if (found == null) {
            throw RefusedException.of(ErrorCode.ILLEGAL_STATE, "consumer %d is not open", id);
        }
        return found;
    }

    private BrowserEndpoint browser(int id) {
        BrowserEndpoint found = browsers.get(id);
        if (found == null) {
            throw RefusedException.of(ErrorCode.ILLEGAL_STATE, "browser %d is not open", id);
        }
        return found;
    }

    // ---------------------------------------------------------------- opening and closing

    private void openSession(Frame.OpenSession open) {
        checkFree(sessions, open.sessionId(), "session", MAX_ENDPOINTS);
        BrokerSession session = new BrokerSession(open, connection, rooms);
        sessions.put(open.sessionId(), session);
        connection.write(
                new Frame.SessionOpened(
                        open.requestId(),
                        session.producer().producerId(),
                        session.producer().epoch()));
    }

    private static void checkFree(Map<Integer, ?> used, int id, String what, int max) {
        if (used.containsKey(id)) {
            throw ClientConnection.violation("%s id %d is in use on this link", what, id);
        }
        if (used.size() >= max) {
            throw RefusedException.of(
                    ErrorCode.RESOURCE_LIMIT,
                    "the connection has %d open %ss; close some",
                    used.size(),
                    what);
        }
    }

    private void closeSession(Frame.CloseSession close) {
        BrokerSession closed = sessions.remove(close.sessionId());
        if (closed != null) {
            closed.close();
            producers.values().removeIf(each -> each.session() == closed);
            consumers.values().removeIf(each -> each.session() == closed);
        }
        connection.write(new Frame.Done(close.requestId()));
    }

    private void openProducer(Frame.OpenProducer open) {
        checkFree(producers, open.producerId(), "producer", MAX_ENDPOINTS);
        ProducerEndpoint endpoint = session(open.sessionId()).newProducer(open.producerId());
        producers.put(open.producerId(), endpoint);
        endpoint.open(open, rooms);
    }

    private void openConsumer(Frame.OpenConsumer open) {
        checkFree(consumers, open.consumerId(), "consumer", MAX_ENDPOINTS);
        ConsumerEndpoint endpoint = session(open.sessionId()).newConsumer(open.consumerId());
        consumers.put(open.consumerId(), endpoint);
        endpoint.open(open, rooms);
    }

    private void openBrowser(Frame.OpenBrowser open) {
        checkFree(browsers, open.browserId(), "browser", MAX_BROWSERS);
        BrowserEndpoint endpoint = new BrowserEndpoint(open.browserId(), connection);
        browsers.put(open.browserId(), endpoint);
        endpoint.open(open, rooms, () -> browsers.remove(open.browserId(), endpoint));
    }

    void forgetProducer(int id) {
        producers.remove(id);
    }

    void forgetConsumer(int id) {
        consumers.remove(id);
    }

    private void createTemporary(Frame.CreateTemporary create) {
        if (!create.kind().isTemporary()) {
            throw RefusedException.of(
                    ErrorCode.INVALID_ARGUMENT, "%s is not temporary", create.kind());
        }
        long owner = connection.connectionId();
        Destination created =
                create.name().isEmpty()
                        ? rooms.destinations().createTemporary(create.kind(), owner)
                        : rooms.destinations()
                                .restoreTemporary(Address.of(create.kind(), create.name()), owner);
        belongings.add(created);
        connection.write(new Frame.TemporaryCreated(requestId, created.address().name()));
    }

    void becameReady() {
        sessions.values().forEach(BrokerSession::becameReady);
    }

    // ---------------------------------------------------------------- end

    void close() {
        sessions.values().forEach(BrokerSession::close);
        rooms.branches().connectionEnded(connection.connectionId());
        dropAll();
    }

    void lose() {
        sessions.values().forEach(BrokerSession::lost);
        rooms.branches().connectionEnded(connection.connectionId());
        dropAll();
    }

    private void dropAll() {
        sessions.clear();
        producers.clear();
        consumers.clear();
        browsers.values().forEach(BrowserEndpoint::close);
        browsers.clear();
    }
}
