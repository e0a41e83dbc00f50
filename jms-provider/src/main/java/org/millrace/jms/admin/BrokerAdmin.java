package org.millrace.jms.admin;

import jakarta.jms.JMSException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.millrace.jms.MillraceConnectionFactory;
import org.millrace.jms.link.Credentials;
import org.millrace.jms.link.Failures;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.MillraceUri;
import org.millrace.wire.admin.AdminArguments.AlteredDestination;
import org.millrace.wire.admin.AdminArguments.Content;
import org.millrace.wire.admin.AdminArguments.Decided;
import org.millrace.wire.admin.AdminArguments.DoomedDestination;
import org.millrace.wire.admin.AdminArguments.Listing;
import org.millrace.wire.admin.AdminArguments.Move;
import org.millrace.wire.admin.AdminArguments.MoveMode;
import org.millrace.wire.admin.AdminArguments.NewDestination;
import org.millrace.wire.admin.AdminArguments.NewRedrive;
import org.millrace.wire.admin.AdminArguments.Nothing;
import org.millrace.wire.admin.AdminArguments.OfDestination;
import org.millrace.wire.admin.AdminArguments.OfRedrive;
import org.millrace.wire.admin.AdminArguments.OfSubscription;
import org.millrace.wire.admin.AdminArguments.Verdict;
import org.millrace.wire.admin.AdminJson;
import org.millrace.wire.admin.AdminOperation;
import org.millrace.wire.admin.AdminOperations;
import org.millrace.wire.admin.ConfigEntry;
import org.millrace.wire.admin.CursorPosition;
import org.millrace.wire.admin.DeletedDestination;
import org.millrace.wire.admin.DeletedSubscription;
import org.millrace.wire.admin.DestinationDetails;
import org.millrace.wire.admin.DestinationSummary;
import org.millrace.wire.admin.Lag;
import org.millrace.wire.admin.LogExtent;
import org.millrace.wire.admin.LogHealth;
import org.millrace.wire.admin.Page;
import org.millrace.wire.admin.Purged;
import org.millrace.wire.admin.RedriveStatus;
import org.millrace.wire.admin.Replayed;
import org.millrace.wire.admin.StoreHealth;
import org.millrace.wire.admin.SubscriptionSummary;
import org.millrace.wire.admin.TransactionSummary;

/**
 * Administers a running broker, with the rights of a user. Any thread; every method waits for the
 * broker. Lists are fetched page by page and given whole.
 *
 * <pre>{@code
 * try (BrokerAdmin admin = BrokerAdmin.connect("millrace://localhost:7272", "ada", "secret")) {
 *     for (Lag lag : admin.lag("orders*")) {
 *         System.out.println(lag.destination() + " " + lag.messages());
 *     }
 * }
 * }</pre>
 *
 * <p>What is refused throws a {@link JMSException} with the broker's reason and its error code: no
 * right ({@code SECURITY}), no such destination ({@code INVALID_DESTINATION}) or subscription
 * ({@code UNKNOWN_SUBSCRIPTION}), in use ({@code IN_USE}), a wrong argument ({@code
 * INVALID_ARGUMENT}). Nothing is created by asking. A link that is lost is not opened again: then
 * whether an operation was carried out is not known.
 */
public final class BrokerAdmin implements AutoCloseable {
    private final AdminLink link;

    private BrokerAdmin(AdminLink link) {
        this.link = link;
    }

    /** Connects without saying who asks. */
    public static BrokerAdmin connect(String uri) throws JMSException {
        return connect(uri, null, null);
    }

    /**
     * Connects.
     *
     * @param uri as of {@link MillraceConnectionFactory}
     * @param user null for an anonymous one
     * @throws jakarta.jms.JMSSecurityException for wrong credentials
     * @throws IllegalArgumentException naming what is wrong with the URI
     */
    public static BrokerAdmin connect(String uri, String user, String password)
            throws JMSException {
        return new BrokerAdmin(
                AdminLink.open(MillraceUri.parse(uri), Credentials.of(user, password)));
    }

    // ---- destinations

    /**
     * Destinations in the order of their creation.
     *
     * @param pattern of names, {@code *} for any characters; empty for all
     */
    public List<DestinationSummary> destinations(String pattern) throws JMSException {
        return all(AdminOperations.LIST_DESTINATIONS, after -> new Listing(pattern, after));
    }

    public DestinationDetails destination(Address.Kind kind, String name) throws JMSException {
        return one(AdminOperations.DESCRIBE_DESTINATION, new OfDestination(kind, name, ""));
    }

    /** The partitions of a destination, and their priorities and delayed messages apart. */
    public List<LogExtent> logs(Address.Kind kind, String name) throws JMSException {
        return all(AdminOperations.LIST_LOGS, after -> new OfDestination(kind, name, after));
    }

    /** Creates a destination that does not exist. */
    public DestinationDetails create(NewDestination wanted) throws JMSException {
        return one(AdminOperations.CREATE_DESTINATION, wanted);
    }

    /** Changes settings or the number of partitions; it holds at once. */
    public DestinationDetails alter(AlteredDestination wanted) throws JMSException {
        return one(AdminOperations.ALTER_DESTINATION, wanted);
    }

    /** Deletes a destination that nobody consumes from. */
    public DeletedDestination delete(Address.Kind kind, String name, Content content)
            throws JMSException {
        return one(AdminOperations.DELETE_DESTINATION, new DoomedDestination(kind, name, content));
    }

    // ---- subscriptions

    /**
     * Subscriptions of topics, durable or not.
     *
     * @param pattern of names of topics
     */
    public List<SubscriptionSummary> subscriptions(String pattern) throws JMSException {
        return all(AdminOperations.LIST_SUBSCRIPTIONS, after -> new Listing(pattern, after));
    }

    /** A durable subscription, or the one of a queue. */
    public SubscriptionSummary subscription(OfSubscription which) throws JMSException {
        return one(AdminOperations.DESCRIBE_SUBSCRIPTION, which);
    }

    /** Where it is, log by log. */
    public List<CursorPosition> cursors(OfSubscription which) throws JMSException {
        return all(
                AdminOperations.LIST_CURSORS,
                after ->
                        new OfSubscription(
                                which.kind(),
                                which.destination(),
                                which.clientId(),
                                which.subscription(),
                                after));
    }

    /** Deletes a durable subscription that nobody uses. */
    public DeletedSubscription delete(OfSubscription which) throws JMSException {
        return one(AdminOperations.DELETE_SUBSCRIPTION, which);
    }

    /**
     * How far subscriptions are behind, and who holds what.
     *
     * @param pattern of names of destinations
     */
    public List<Lag> lag(String pattern) throws JMSException {
        return all(AdminOperations.LAG, after -> new Listing(pattern, after));
    }

    /**
     * Moves a subscription that is not in use to another place in the history, or says what that
     * would do.
     *
     * @param to {@code earliest}, {@code latest}, {@code offset:4711}, a time, or a time ago as
     *     {@code -PT2H}
     */
    public Replayed replay(OfSubscription which, String to, MoveMode mode) throws JMSException {
        return one(AdminOperations.REPLAY, new Move(which, to, mode));
    }

    /** Settles all messages of a subscription that nobody holds. */
    public Purged purge(OfSubscription which) throws JMSException {
        return one(AdminOperations.PURGE, which);
    }

    // ---- redrive

    /** Begins to send messages of a dead-letter or expiry queue back to where they failed. */
    public RedriveStatus redrive(NewRedrive wanted) throws JMSException {
        return one(AdminOperations.START_REDRIVE, wanted);
    }

    /** How far it is; the broker remembers the last ones that have ended. */
    public RedriveStatus redriveStatus(long id) throws JMSException {
        return one(AdminOperations.REDRIVE_STATUS, new OfRedrive(id));
    }

    /** Ends it early; what went back stays there. */
    public RedriveStatus cancelRedrive(long id) throws JMSException {
        return one(AdminOperations.CANCEL_REDRIVE, new OfRedrive(id));
    }

    // ---- transactions

    /** Branches of global transactions that are in doubt, the oldest first. */
    public List<TransactionSummary> transactions() throws JMSException {
        return all(AdminOperations.LIST_TRANSACTIONS, after -> new Listing("", after));
    }

    /**
     * Decides a branch in doubt in place of its transaction manager, which hears of it when it
     * asks; what was decided so cannot be taken back, and is forgotten when the transaction manager
     * or an operator says so.
     */
    public TransactionSummary decide(String id, Verdict verdict) throws JMSException {
        return one(AdminOperations.DECIDE_TRANSACTION, new Decided(id, verdict));
    }

    // ---- the broker

    /** What the store takes and has left. */
    public StoreHealth storeHealth() throws JMSException {
        return one(AdminOperations.STORE_HEALTH, new Nothing());
    }

    /**
     * What is kept in logs that hold anything, and why.
     *
     * @param pattern of names of destinations
     */
    public List<LogHealth> logHealth(String pattern) throws JMSException {
        return all(AdminOperations.LOG_HEALTH, after -> new Listing(pattern, after));
    }

    /** Every key of the configuration, with where its value comes from. */
    public List<ConfigEntry> config() throws JMSException {
        return all(AdminOperations.CONFIG, after -> new Listing("", after));
    }

    @Override
    public void close() {
        link.close();
    }

    // ---- asking

    private <A, R> R one(AdminOperation<A, R> operation, A arguments) throws JMSException {
        String result = link.ask(operation.name(), AdminJson.write(arguments));
        try {
            return AdminJson.single(operation, result);
        } catch (IllegalArgumentException unreadable) {
            throw Failures.of(ErrorCode.PROTOCOL, unreadable.getMessage(), unreadable);
        }
    }

    private <A, R> List<R> all(AdminOperation<A, R> operation, Function<String, A> arguments)
            throws JMSException {
        List<R> all = new ArrayList<>();
        String after = "";
        do {
            String json = AdminJson.write(arguments.apply(after));
            String result = link.ask(operation.name(), json);
            try {
                Page<R> page = AdminJson.page(operation, result);
                all.addAll(page.items());
                after = page.next();
            } catch (IllegalArgumentException unreadable) {
                throw Failures.of(ErrorCode.PROTOCOL, unreadable.getMessage(), unreadable);
            }
        } while (!after.isEmpty());
        return all;
    }
}
