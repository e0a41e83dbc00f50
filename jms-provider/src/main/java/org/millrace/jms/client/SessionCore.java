package org.millrace.jms.client;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TransactionRolledBackException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.millrace.jms.link.ClientLink;
import org.millrace.jms.link.Failures;
import org.millrace.jms.link.Reply;
import org.millrace.jms.message.MessageEncoder;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.DeliveryFailure;
import org.millrace.wire.frame.Frame.DeliveryRange;
import org.millrace.wire.frame.Frame.Done;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session behind its JMS faces: wires its rooms, knows whether it is open, ends transactions,
 * recovers, closes (§6.2). Used by one application thread at a time and by its session thread, as
 * the specification allows; {@link #close} by any.
 */
final class SessionCore {
    private static final Logger LOG = LoggerFactory.getLogger(SessionCore.class);

    private final JmsConnection connection;
    private final int sessionId;
    private final AckMode mode;
    private final SessionRequests requests;
    private final Inbox inbox;
    private final Settlement settlement;
    private final CompletionQueue completions;
    private final SessionDispatcher dispatcher;
    private final Producers producers;
    private final Consumers consumers;
    private final Transaction transaction = new Transaction();
    private final ListenerFailures failures = new ListenerFailures();
    private final AtomicBoolean closing = new AtomicBoolean();
    private volatile Outbox outbox;
    private volatile boolean closed;

    SessionCore(JmsConnection connection, AckMode mode, CallbackThreads threads) {
        ConnectionOptions options = connection.options();
        this.connection = connection;
        this.sessionId = connection.endpoints().nextId();
        this.mode = mode;
        this.requests = new SessionRequests(connection.link(), sessionId, options.requestTimeout());
        this.inbox = new Inbox(requests);
        this.settlement = Settlement.of(mode, requests, options.requestTimeout());
        CallbackThreads own = threads.named(String.valueOf(sessionId));
        this.completions = new CompletionQueue(own);
        this.dispatcher = new SessionDispatcher(inbox, settlement, redelivery(), own);
        this.producers =
                new Producers(
                        connection.link(),
                        connection.endpoints(),
                        sessionId,
                        options.requestTimeout());
        this.consumers = new Consumers(this);
    }

    private SessionDispatcher.Redelivery redelivery() {
        return new SessionDispatcher.Redelivery() {
            @Override
            public void failed(long deliveryId, Throwable thrown) {
                failures.add(deliveryId, thrown);
            }

            @Override
            public void recover() throws JMSException {
                reset();
            }
        };
    }

    /** Opens the session at the broker; called once, before anything else. */
    void open() throws JMSException {
        requests.open(
                mode.sessionKind(),
                reply -> reply.answerIf(Frame.SessionOpened.class).ifPresent(this::opened));
    }

    private void opened(Frame.SessionOpened identity) {
        MessageEncoder encoder = new MessageEncoder(connection.origin(), options().messages());
        outbox = new Outbox(link(), encoder, clock(), options(), identity);
        inbox.connect(link().lineNumber());
    }

    // ---- a lost link; on the client event loop

    /** Whether the broker has opened it: then it is opened again after a loss of the link. */
    boolean isOpened() {
        return outbox != null;
    }

    /** What was delivered and is not settled comes again; an open transaction is lost. */
    void lineLost() {
        requests.lost(inbox.disconnect());
        settlement.lineLost();
    }

    /** Nothing more will come. */
    void linkEnded(JMSException why) {
        lineLost();
        inbox.fail(why);
    }

    Frame reopenFrame(long requestId) {
        return new Frame.OpenSession(
                requestId,
                sessionId,
                mode.sessionKind(),
                outbox.producerId(),
                inbox.highestDeliveryId());
    }

    void reopened(Frame.SessionOpened identity) {
        outbox.identify(identity);
    }

    /** The link is open again, with all that the session has. */
    void restored(int line) {
        inbox.connect(line);
    }

    // ---- rooms

    JmsConnection connection() {
        return connection;
    }

    ClientLink link() {
        return connection.link();
    }

    Endpoints endpoints() {
        return connection.endpoints();
    }

    ConnectionOptions options() {
        return connection.options();
    }

    InstantSource clock() {
        return connection.clock();
    }

    int sessionId() {
        return sessionId;
    }

    AckMode mode() {
        return mode;
    }

    SessionRequests requests() {
        return requests;
    }

    Inbox inbox() {
        return inbox;
    }

    Settlement settlement() {
        return settlement;
    }

    SessionDispatcher dispatcher() {
        return dispatcher;
    }

    CompletionQueue completions() {
        return completions;
    }

    Producers producers() {
        return producers;
    }

    Consumers consumers() {
        return consumers;
    }

    // ---- sending

    /** Sends and waits as the delivery mode and the transaction demand (§7.2). */
    void send(ProducerHandle target, Message message, SendPlan plan) throws JMSException {
        if (holdsBack()) {
            sendInTransaction(target, message, plan, reply -> {});
        } else {
            outbox.send(target, message, plan);
        }
    }

    /** Sends; the listener is called when a synchronous send would have returned (§7.3). */
    void send(
            ProducerHandle target,
            Message message,
            SendPlan plan,
            CompletionQueue.Pending completion)
            throws JMSException {
        completions.add(completion);
        Reply.Arrival arrival =
                reply -> completions.answered(completion, reply.failure().orElse(null));
        try {
            if (holdsBack()) {
                sendInTransaction(target, message, plan, arrival);
            } else {
                outbox.sendAsynchronously(target, message, plan, arrival);
            }
        } catch (JMSException | RuntimeException thrown) {
            completions.withdraw(completion);
            throw thrown;
        }
    }

    /** Whether sends are part of a transaction now. */
    private boolean holdsBack() throws JMSException {
        return settlement instanceof XaSettlement branches
                ? branches.isInBranch()
                : mode.isTransacted();
    }

    private void sendInTransaction(
            ProducerHandle target, Message message, SendPlan plan, Reply.Arrival arrival)
            throws JMSException {
        int line = enterTransaction();
        try {
            outbox.sendInTransaction(
                    line,
                    target,
                    message,
                    plan,
                    reply -> {
                        transaction.answered(reply);
                        arrival.answered(reply);
                    });
        } catch (JMSException | RuntimeException thrown) {
            transaction.withdrawn();
            throw thrown;
        }
    }

    /** The line on which the send must be made, which is awaited from now on. */
    private int enterTransaction() throws JMSException {
        if (settlement instanceof XaSettlement) {
            int line = transaction.sendingWithin();
            if (line == Transaction.NONE) {
                throw XaSettlement.over();
            }
            return line;
        }
        int line = transaction.line();
        if (line == Transaction.NONE) {
            line = link().awaitOpen(options().requestTimeout());
        }
        transaction.sending(line);
        return line;
    }

    // ---- acknowledging and transactions

    /** {@code Message.acknowledge()} of any message of this session. */
    void acknowledgeFromMessage() throws JMSException {
        checkOpen();
        settlement.acknowledge();
    }

    /** A message whose time was over before the application could see it is done with (§3.4.9). */
    void settleExpired(long deliveryId) {
        requests.expire(deliveryId);
    }

    /** §6.2.7. */
    void commit() throws JMSException {
        checkCanEndTransaction("commit");
        completions.awaitEmpty();
        JMSException refused = transaction.awaitSends();
        // Read before looking at what is lost: a new line is not asked for what an old one had.
        int line = transaction.line() == Transaction.NONE ? requests.line() : transaction.line();
        if (settlement.takeLost() && refused == null) {
            refused = Failures.of(ErrorCode.LINK_LOST, "the link was lost since it received");
        }
        if (refused != null) {
            reset(Ending.ROLLBACK);
            throw Failures.of(
                    ErrorCode.ROLLED_BACK,
                    "the transaction was rolled back: " + refused.getMessage(),
                    refused);
        }
        List<DeliveryRange> seen = settlement.takeUnsettled();
        boolean isEmpty = seen.isEmpty() && transaction.line() == Transaction.NONE;
        requests.acknowledgeUnawaited(seen);
        transaction.ended();
        long number = transaction.nextCommitNumber();
        long producerId = outbox.producerId();
        try {
            requests.commit(line, number);
        } catch (TransactionRolledBackException rolledBack) {
            reset(Ending.ROLLBACK, seen);
            throw rolledBack;
        } catch (JMSException unanswered) {
            link().checkAlive();
            if (!Failures.isLinkLoss(unanswered)) {
                throw unanswered;
            }
            if (!isEmpty && !wasCommitted(producerId, number)) {
                throw Failures.of(
                        ErrorCode.ROLLED_BACK,
                        "the transaction was rolled back: the link was lost before the broker had"
                                + " committed it",
                        unanswered);
            }
        }
    }

    /** Asks the broker. Without the old identity nothing of that is stored there. */
    boolean wasCommitted(long producerId, long commitNumber) throws JMSException {
        return requests.wasCommitted(producerId, commitNumber) && producerId == outbox.producerId();
    }

    /** §6.2.7. */
    void rollback() throws JMSException {
        checkCanEndTransaction("rollback");
        completions.awaitEmpty();
        transaction.awaitSends();
        settlement.takeLost();
        reset(Ending.ROLLBACK);
    }

    private void checkCanEndTransaction(String what) throws JMSException {
        checkOpen();
        if (!mode.isTransacted()) {
            throw Failures.illegalState(
                    what + " on a session that is not transacted but " + mode + "_ACKNOWLEDGE");
        }
        checkNotInCallback(what);
    }

    /** §6.2.10. */
    void recover() throws JMSException {
        checkOpen();
        if (mode.isTransacted()) {
            throw Failures.illegalState("recover on a transacted session; use rollback");
        }
        reset();
    }

    /** Of a session for global transactions. */
    BranchWork branchWork() {
        return new BranchWork(this, (XaSettlement) settlement, transaction);
    }

    long producerId() {
        return outbox.producerId();
    }

    /** What is buffered and not seen comes again, after what was given back before. */
    void giveBackUnseen() throws JMSException {
        reset(Ending.RECOVER, List.of());
    }

    /** How unsettled deliveries are given back. */
    private enum Ending {
        RECOVER,
        ROLLBACK
    }

    private void reset() throws JMSException {
        settlement.settleFinished();
        reset(Ending.RECOVER);
    }

    private void reset(Ending ending) throws JMSException {
        reset(ending, settlement.takeUnsettled());
    }

    private void reset(Ending ending, List<DeliveryRange> failed) throws JMSException {
        transaction.ended();
        List<DeliveryFailure> causes = failures.take();
        int line = requests.line();
        inbox.beginReset();
        try {
            inbox.endReset(
                    line,
                    ending == Ending.ROLLBACK
                            ? requests.rollback(line, failed, causes)
                            : requests.recover(line, failed, causes));
        } catch (JMSException unanswered) {
            inbox.abortReset();
            link().checkAlive();
            if (!Failures.isLinkLoss(unanswered)) {
                throw unanswered;
            }
            // The broker has taken back everything with the lost line: that is what was asked for.
        }
    }

    // ---- open, closing, closed

    void checkOpen() throws JMSException {
        if (closed) {
            throw Failures.closed("session " + sessionId);
        }
        link().checkAlive();
    }

    boolean isClosed() {
        return closed;
    }

    /** Whether the calling thread runs a callback of this session. */
    boolean isInListener() {
        return inbox.isInListener();
    }

    void checkNotInCallback(String what) throws JMSException {
        if (completions.isInCallback()) {
            throw Failures.illegalState(
                    what + " called from a CompletionListener of the same session (§7.3.4)");
        }
    }

    /** Closes on behalf of the application; waits for callbacks (§6.2.15). Any thread. */
    void close() throws JMSException {
        if (closed) {
            return;
        }
        if (isInListener()) {
            throw Failures.illegalState(
                    "close called from a MessageListener of the same session (§6.2.15)");
        }
        checkNotInCallback("close");
        closeInOrder();
    }

    /** Hands out nothing more; does not wait. */
    void beginClose() {
        inbox.beginClose();
    }

    /** Closes; nothing that fails on the way stops it. A second caller returns at once. */
    void closeInOrder() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        inbox.beginClose();
        inbox.awaitQuiet();
        completions.awaitEmpty();
        closed = true;
        completions.stop();
        try {
            settlement.settleFinished();
        } catch (JMSException refused) {
            LOG.warn(
                    "session {}: last acknowledgement failed: {}", sessionId, refused.getMessage());
        }
        closeAtBroker();
        connection.forget(this);
    }

    private void closeAtBroker() {
        connection.notToBeRestored(this);
        List<Reply> replies = consumers.closeAll();
        producers.closeShared();
        replies.add(requests.closeSession());
        for (Reply reply : replies) {
            try {
                reply.awaitThroughInterrupts(Done.class, options().closeTimeout());
            } catch (JMSException refused) {
                LOG.debug("session {}: {}", sessionId, refused.getMessage());
            }
        }
    }
}
