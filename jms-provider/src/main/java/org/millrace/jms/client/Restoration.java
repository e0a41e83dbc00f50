package org.millrace.jms.client;

import jakarta.jms.JMSException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import org.millrace.jms.link.Restorer;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens one JMS connection on each line of its link, and on it again the temporary destinations,
 * sessions, producers and consumers of the line before. On the client event loop, unless said
 * otherwise.
 *
 * <p>What the broker refuses for good (a temporary destination that is gone, a durable subscription
 * that another took) is ended and told like a broker that closes it; a refusal that may pass makes
 * the line useless.
 */
final class Restoration implements Restorer {
    private static final Logger LOG = LoggerFactory.getLogger(Restoration.class);

    /** Refusals that may pass. */
    private static final Set<String> PASSING =
            Set.of(
                    ErrorCode.LINK_LOST.name(),
                    ErrorCode.BROKER_STOPPED.name(),
                    ErrorCode.RESOURCE_LIMIT.name(),
                    ErrorCode.INTERNAL.name());

    /** What was opened again, whether it is still wanted, and how it is closed. */
    private record Reopened(BooleanSupplier isWanted, LongFunction<Frame> close) {}

    private final ClientIdentity identity;
    private final Endpoints endpoints;
    private final Set<SessionCore> sessions = ConcurrentHashMap.newKeySet();
    private final Set<Address> temporaries = new LinkedHashSet<>();
    private final List<Reopened> reopened = new ArrayList<>();
    private volatile long connectionId;
    private long resumeSecret;

    Restoration(ClientIdentity identity, Endpoints endpoints) {
        this.identity = identity;
        this.endpoints = endpoints;
    }

    /** Any thread: the id that the broker gave to the connection. */
    long connectionId() {
        return connectionId;
    }

    /** Any thread: to be restored once it is opened. */
    void add(SessionCore session) {
        sessions.add(session);
    }

    /** Any thread: to be called before the session is closed at the broker. */
    void remove(SessionCore session) {
        sessions.remove(session);
    }

    /** A temporary destination of the connection, which outlives the line. */
    void add(Address temporary) {
        temporaries.add(temporary);
    }

    void remove(Address temporary) {
        temporaries.remove(temporary);
    }

    // ---- a lost line

    void lineLost() {
        opened().forEach(SessionCore::lineLost);
    }

    void linkEnded(JMSException why) {
        sessions.forEach(session -> session.linkEnded(why));
    }

    // ---- on a new line

    @Override
    public void openConnection(Asking line, Outcome outcome) {
        line.ask(
                id -> new Frame.OpenConnection(id, identity.clientId(), connectionId, resumeSecret),
                reply -> {
                    try {
                        opened(reply.answer(Frame.ConnectionOpened.class));
                        outcome.done();
                    } catch (JMSException refused) {
                        outcome.failed(refused);
                    }
                });
    }

    private void opened(Frame.ConnectionOpened answer) {
        if (connectionId != 0 && !answer.resumed()) {
            LOG.warn(
                    "the broker does not know connection {} any more: it goes on as {}; what was in"
                            + " its temporary destinations is lost",
                    connectionId,
                    answer.connectionId());
        }
        connectionId = answer.connectionId();
        resumeSecret = answer.resumeSecret();
    }

    @Override
    public void restore(Asking line, Outcome outcome) {
        reopened.clear();
        Tally tally = new Tally(outcome);
        tally.begin();
        List.copyOf(temporaries).forEach(temporary -> reopen(temporary, line, tally));
        List<SessionCore> opened = opened();
        Set<Integer> sessionIds = new HashSet<>();
        for (SessionCore session : opened) {
            sessionIds.add(session.sessionId());
            reopen(session, line, tally);
        }
        endpoints.openedProducers(sessionIds).forEach(producer -> reopen(producer, line, tally));
        endpoints.openedConsumers(sessionIds).forEach(consumer -> reopen(consumer, line, tally));
        tally.end();
    }

    /** One that a broker does not take back is missed by those who use it. */
    private void reopen(Address temporary, Asking line, Tally tally) {
        tally.begin();
        line.ask(
                id -> new Frame.CreateTemporary(id, temporary.kind(), temporary.name()),
                reply -> {
                    reply.failure()
                            .filter(tally::isRefusedForGood)
                            .ifPresent(refused -> temporaries.remove(temporary));
                    tally.end();
                });
    }

    private List<SessionCore> opened() {
        return sessions.stream()
                .filter(SessionCore::isOpened)
                .sorted(Comparator.comparingInt(SessionCore::sessionId))
                .toList();
    }

    private void reopen(SessionCore session, Asking line, Tally tally) {
        tally.begin();
        reopened.add(
                new Reopened(
                        () -> sessions.contains(session),
                        id -> new Frame.CloseSession(id, session.sessionId())));
        line.ask(
                session::reopenFrame,
                reply -> {
                    try {
                        session.reopened(reply.answer(Frame.SessionOpened.class));
                    } catch (JMSException refused) {
                        tally.fail(refused);
                    }
                    tally.end();
                });
    }

    private void reopen(ProducerHandle producer, Asking line, Tally tally) {
        tally.begin();
        // One that was closed meanwhile stays open at the broker until its session ends: harmless.
        line.ask(
                producer::openFrame,
                reply -> {
                    reply.failure()
                            .filter(tally::isRefusedForGood)
                            .ifPresent(
                                    refused ->
                                            producer.onEnded(
                                                    ErrorCode.valueOf(refused.getErrorCode()),
                                                    refused.getMessage()));
                    tally.end();
                });
    }

    private void reopen(ConsumerInbox consumer, Asking line, Tally tally) {
        tally.begin();
        reopened.add(
                new Reopened(
                        () -> endpoints.has(consumer),
                        id -> new Frame.CloseConsumer(id, consumer.consumerId, 0)));
        line.ask(
                consumer::openFrame,
                reply -> {
                    reply.answerIf(Frame.ConsumerOpened.class).ifPresent(consumer::opened);
                    reply.failure()
                            .filter(tally::isRefusedForGood)
                            .ifPresent(refused -> endpoints.ended(consumer, refused));
                    tally.end();
                });
    }

    /** The new line is the open one: what was closed while it was restored is closed there, too. */
    void restored(int lineNumber, Closing closing) {
        opened().forEach(session -> session.restored(lineNumber));
        for (Reopened each : reopened) {
            if (!each.isWanted().getAsBoolean()) {
                closing.close(each.close());
            }
        }
        reopened.clear();
    }

    /** Closes something at the broker, without waiting. */
    @FunctionalInterface
    interface Closing {
        void close(LongFunction<Frame> request);
    }

    /** Counts answers; tells the outcome when all are there. */
    private static final class Tally {
        private final Outcome outcome;
        private int open;
        private JMSException failure;

        Tally(Outcome outcome) {
            this.outcome = outcome;
        }

        void begin() {
            open++;
        }

        void fail(JMSException why) {
            failure = failure == null ? why : failure;
        }

        /** If not, the whole line is of no use. */
        boolean isRefusedForGood(JMSException refused) {
            if (failure == null && PASSING.contains(refused.getErrorCode())) {
                failure = refused;
            }
            return failure == null;
        }

        void end() {
            open--;
            if (open == 0 && failure == null) {
                outcome.done();
            } else if (open == 0) {
                outcome.failed(failure);
            }
        }
    }
}
