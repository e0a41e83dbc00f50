package org.millrace.ra.inflow;

import jakarta.jms.JMSException;
import jakarta.resource.spi.InvalidPropertyException;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.millrace.ra.ConnectionSettings;
import org.millrace.ra.MillraceResourceAdapter;

/**
 * An activation as it is to be done: checked, with defaults. What JNDI says is not in it yet: see
 * {@link Lookup}. Immutable.
 *
 * @param bean for logs
 * @param settings of the spec itself
 * @param defaults of the adapter
 * @param source its name may be that of a JNDI entry
 * @param sessions how many messages are delivered at a time
 * @param maxDeliveries 0 for as the destination says
 */
public record ActivationPlan(
        String bean,
        ConnectionSettings settings,
        ConnectionSettings defaults,
        String destinationLookup,
        String connectionFactoryLookup,
        Source source,
        Acknowledge acknowledge,
        int sessions,
        int transactionTimeoutSeconds,
        Duration reconnectInterval,
        Duration redeliveryPause,
        int maxDeliveries) {
    private static final String QUEUE = "jakarta.jms.Queue";
    private static final String TOPIC = "jakarta.jms.Topic";
    private static final int DEFAULT_SESSIONS = 15;
    private static final int MAX_SESSIONS = 1_000;
    private static final int DEFAULT_RECONNECT_MILLIS = 5_000;
    private static final int DAY_MILLIS = 86_400_000;
    private static final int DAY_SECONDS = 86_400;
    private static final int MAX_DELIVERIES = 1_000_000;
    private static final int MAX_PARTITIONS = 1024;

    /** The form only: the broker reads it. */
    private static final Pattern FROM =
            Pattern.compile(
                    "earliest|latest|offset:[0-9]{1,19}|-P[0-9A-Z.]+|[0-9+-]+T[0-9:.,+-]+Z?");

    /** How deliveries outside transactions are acknowledged. */
    public enum Acknowledge {
        /** When the bean returns. */
        EACH,
        /** Several at once, when there is a pause. */
        LAZILY
    }

    /**
     * What {@code validate} checks: everything that can be known without the server.
     *
     * @throws InvalidPropertyException naming all that is wrong, with what is allowed
     */
    static void check(MillraceActivationSpec spec) throws InvalidPropertyException {
        Optional<ConnectionSettings> defaults =
                spec.getResourceAdapter() instanceof MillraceResourceAdapter adapter
                        ? Optional.of(adapter.settings())
                        : Optional.empty();
        ActivationPlan unused = of(spec, defaults, "");
    }

    /**
     * The plan for an endpoint.
     *
     * @param defaults of the adapter
     */
    public static ActivationPlan of(
            MillraceActivationSpec spec,
            ConnectionSettings defaults,
            MessageEndpointFactory factory)
            throws InvalidPropertyException {
        // The name of the activation is the same for all beans in some servers.
        Class<?> endpoint = factory.getEndpointClass();
        String bean = endpoint != null ? endpoint.getName() : factory.getActivationName();
        if (bean == null) {
            bean = "";
        }
        return of(spec, Optional.of(defaults), bean);
    }

    private static ActivationPlan of(
            MillraceActivationSpec spec, Optional<ConnectionSettings> defaults, String bean)
            throws InvalidPropertyException {
        PropertyCheck check = new PropertyCheck();
        Source source = source(spec, check, bean);
        String acknowledge =
                check.choice(
                        "acknowledgeMode",
                        spec.getAcknowledgeMode(),
                        "Auto-acknowledge",
                        "Dups-ok-acknowledge");
        int sessions = sessions(spec, check);
        checkOptions(spec, check);
        ActivationPlan plan =
                new ActivationPlan(
                        bean.isEmpty() ? spec.toString() : bean,
                        spec.settings(),
                        defaults.orElse(ConnectionSettings.NONE),
                        PropertyCheck.text(spec.getDestinationLookup()),
                        PropertyCheck.text(spec.getConnectionFactoryLookup()),
                        source,
                        acknowledge.startsWith("Auto") ? Acknowledge.EACH : Acknowledge.LAZILY,
                        source.kind().hasOneSession() ? 1 : sessions,
                        check.number(
                                "transactionTimeout",
                                spec.getTransactionTimeout(),
                                0,
                                0,
                                DAY_SECONDS),
                        millis(
                                check,
                                "reconnectInterval",
                                spec.getReconnectInterval(),
                                DEFAULT_RECONNECT_MILLIS),
                        millis(check, "redeliveryPause", spec.getRedeliveryPause(), 0),
                        check.number(
                                "maxDeliveries", spec.getMaxDeliveries(), 0, 0, MAX_DELIVERIES));
        checkConnection(plan, check);
        if (defaults.isPresent()) {
            checkClientId(plan, check);
        }
        check.finish(plan.bean);
        return plan;
    }

    private static int sessions(MillraceActivationSpec spec, PropertyCheck check) {
        String one = PropertyCheck.text(spec.getMaxSessions());
        String other = PropertyCheck.text(spec.getMaxSession());
        if (!one.isEmpty() && !other.isEmpty() && !one.equals(other)) {
            check.wrong(
                    "maxSession", other, "only one of maxSession and maxSessions, which is " + one);
        }
        return check.number(
                "maxSessions", one.isEmpty() ? other : one, DEFAULT_SESSIONS, 1, MAX_SESSIONS);
    }

    /** Those that the broker reads; it would refuse them at each attempt. */
    private static void checkOptions(MillraceActivationSpec spec, PropertyCheck check) {
        int unused = check.number("partitions", spec.getPartitions(), 1, 1, MAX_PARTITIONS);
        String unusedToo = check.choice("assignment", spec.getAssignment(), "shared", "exclusive");
        String from = PropertyCheck.text(spec.getFrom());
        if (!from.isEmpty() && !FROM.matcher(from).matches()) {
            check.wrong(
                    "from",
                    from,
                    "earliest, latest, offset:4711, a time such as 2026-08-01T00:00:00Z, or a time ago such as -PT2H");
        }
    }

    private static Duration millis(
            PropertyCheck check, String property, String value, int unlessSaid) {
        return Duration.ofMillis(check.number(property, value, unlessSaid, 0, DAY_MILLIS));
    }

    private static Source source(MillraceActivationSpec spec, PropertyCheck check, String bean) {
        String lookup = PropertyCheck.text(spec.getDestinationLookup());
        String name = PropertyCheck.text(spec.getDestinationName());
        if (lookup.isEmpty() && name.isEmpty()) {
            check.wrong(
                    "destinationLookup",
                    spec.getDestinationLookup(),
                    "the JNDI name of a queue or topic; or set destinationName");
        }
        if (!lookup.isEmpty() && !name.isEmpty() && !lookup.equals(name)) {
            check.wrong(
                    "destinationName",
                    name,
                    "only one of destinationName and destinationLookup, which is " + lookup);
        }
        if (!name.isEmpty() && PropertyCheck.text(spec.getDestinationType()).isEmpty()) {
            check.wrong("destinationType", spec.getDestinationType(), QUEUE + ", " + TOPIC);
        }
        String type = check.choice("destinationType", spec.getDestinationType(), QUEUE, TOPIC);
        return source(spec, check, type, bean).named(name.isEmpty() ? lookup : name);
    }

    /** The source of a spec that did not say of which kind it is. */
    static Source sourceOf(MillraceActivationSpec spec, String type, String bean) {
        return source(spec, new PropertyCheck(), type, bean);
    }

    private static Source source(
            MillraceActivationSpec spec, PropertyCheck check, String type, String bean) {
        String selector = PropertyCheck.text(spec.getMessageSelector());
        Source.Kind kind = kind(spec, check);
        return new Source(
                type.equals(QUEUE) ? Source.Kind.QUEUE : kind,
                "",
                PropertyCheck.text(spec.getFrom()),
                type.equals(QUEUE) ? "" : subscription(spec, check, kind, bean),
                selector.isEmpty() ? null : selector);
    }

    /** What it is when it turns out to be a topic. */
    private static Source.Kind kind(MillraceActivationSpec spec, PropertyCheck check) {
        boolean isDurable =
                check.choice(
                                        "subscriptionDurability",
                                        spec.getSubscriptionDurability(),
                                        "NonDurable",
                                        "Durable")
                                .equals("Durable")
                        || !PropertyCheck.text(spec.getGroup()).isEmpty();
        boolean isShared =
                check.choice("shareSubscriptions", spec.getShareSubscriptions(), "true", "false")
                        .equals("true");
        if (isDurable) {
            return isShared ? Source.Kind.SHARED_DURABLE : Source.Kind.UNSHARED_DURABLE;
        }
        return isShared ? Source.Kind.SHARED : Source.Kind.UNSHARED;
    }

    private static String subscription(
            MillraceActivationSpec spec, PropertyCheck check, Source.Kind kind, String bean) {
        String group = PropertyCheck.text(spec.getGroup());
        String name = PropertyCheck.text(spec.getSubscriptionName());
        if (!group.isEmpty() && !name.isEmpty() && !group.equals(name)) {
            check.wrong("group", group, "only one of group and subscriptionName, which is " + name);
        }
        if (!group.isEmpty() && kind == Source.Kind.UNSHARED_DURABLE) {
            check.wrong("group", group, "none with shareSubscriptions=false");
        }
        String said = group.isEmpty() ? name : group;
        if (!said.isEmpty()) {
            return said;
        }
        return switch (kind) {
            case QUEUE, UNSHARED -> "";
            // Without a name each activation has its own copy of each message.
            case SHARED -> "mdb-" + UUID.randomUUID();
            case SHARED_DURABLE, UNSHARED_DURABLE -> bean;
        };
    }

    private static void checkConnection(ActivationPlan plan, PropertyCheck check) {
        try {
            Object unused = plan.settings.factory();
        } catch (JMSException wrong) {
            check.problem(wrong.getMessage());
        }
    }

    /** Whoever names the connection factory may have named a client identifier there. */
    private static void checkClientId(ActivationPlan plan, PropertyCheck check) {
        if (plan.source.kind() == Source.Kind.UNSHARED_DURABLE
                && plan.connectionFactoryLookup.isEmpty()
                && !hasClientId(plan.settings.orElse(plan.defaults))) {
            check.wrong(
                    "clientId",
                    null,
                    "a client identifier, which an unshared durable subscription needs; or shareSubscriptions=true");
        }
    }

    private static boolean hasClientId(ConnectionSettings settings) {
        try {
            return settings.factory().getClientId() != null;
        } catch (JMSException wrongUrl) {
            // That is the problem then.
            return true;
        }
    }
}
