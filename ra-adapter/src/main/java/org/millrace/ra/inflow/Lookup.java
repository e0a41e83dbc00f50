package org.millrace.ra.inflow;

import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import java.util.Locale;
import java.util.Optional;
import javax.naming.Context;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import org.millrace.jms.AdministeredDestination;
import org.millrace.jms.MillraceConnectionFactory;
import org.millrace.jms.MillraceDestination;
import org.millrace.ra.ConnectionSettings;
import org.millrace.ra.outbound.ConnectionFactoryHandle;

/** What JNDI makes of an activation plan. Stateless; any thread of the server. */
final class Lookup {
    private Lookup() {}

    /**
     * The plan's source with the name and kind of the destination that was found. A name that JNDI
     * does not know is the destination's own, unless it can only be one of JNDI.
     *
     * @throws JMSException when what is there cannot be consumed from, or is not there yet
     */
    static Source source(ActivationPlan plan, MillraceActivationSpec spec) throws JMSException {
        Source source = plan.source();
        String lookup = plan.destinationLookup();
        Optional<Object> found = lookup.isEmpty() ? Optional.empty() : find(lookup);
        if (found.isPresent()) {
            source = over(source, ours("destinationLookup", lookup, found.get()), spec, plan);
        } else if (!lookup.isEmpty() && PropertyCheck.text(spec.getDestinationName()).isEmpty()) {
            if (lookup.startsWith("java:")
                    || PropertyCheck.text(spec.getDestinationType()).isEmpty()) {
                throw new JMSException(
                        "property destinationLookup is '%s', and JNDI does not know it; allowed: the JNDI name of a queue or topic, or the destination's name together with destinationType"
                                .formatted(lookup));
            }
        }
        String name =
                Source.withOptions(
                        source.name(),
                        Source.options(
                                "partitions",
                                PropertyCheck.text(spec.getPartitions()),
                                "assignment",
                                PropertyCheck.text(spec.getAssignment()).toLowerCase(Locale.ROOT)));
        return source.named(name);
    }

    private static Source over(
            Source source, Destination found, MillraceActivationSpec spec, ActivationPlan plan)
            throws JMSException {
        boolean isQueue = found instanceof Queue;
        if (isQueue != (source.kind() == Source.Kind.QUEUE)) {
            String meant = isQueue ? "jakarta.jms.Queue" : "jakarta.jms.Topic";
            if (!PropertyCheck.text(spec.getDestinationType()).isEmpty()) {
                throw new JMSException(
                        "property destinationType is '%s', but %s is a %s"
                                .formatted(
                                        spec.getDestinationType(),
                                        plan.destinationLookup(),
                                        meant));
            }
            return ActivationPlan.sourceOf(spec, meant, plan.bean()).named(Source.nameOf(found));
        }
        return source.named(Source.nameOf(found));
    }

    private static Destination ours(String property, String lookup, Object found)
            throws JMSException {
        if (found instanceof AdministeredDestination || found instanceof MillraceDestination) {
            return (Destination) found;
        }
        throw foreign(property, lookup, found);
    }

    /** The plan's settings, completed by its connection factory, then by the adapter. */
    static ConnectionSettings settings(ActivationPlan plan) throws JMSException {
        return settings(plan.settings(), plan.connectionFactoryLookup(), plan.defaults());
    }

    /**
     * Settings, completed by a connection factory if one is named, then by defaults.
     *
     * @param lookup JNDI name of the factory; empty for none
     */
    static ConnectionSettings settings(
            ConnectionSettings own, String lookup, ConnectionSettings defaults)
            throws JMSException {
        ConnectionSettings settings = own;
        if (!lookup.isEmpty()) {
            Object found =
                    find(lookup)
                            .orElseThrow(
                                    () ->
                                            new JMSException(
                                                    "property connectionFactoryLookup is '%s', and JNDI does not know it"
                                                            .formatted(lookup)));
            settings = settings.orElse(settingsOf(lookup, found));
        }
        return settings.orElse(defaults);
    }

    private static ConnectionSettings settingsOf(String lookup, Object found) throws JMSException {
        if (found instanceof ConnectionFactoryHandle handle) {
            return handle.settings();
        }
        if (found instanceof MillraceConnectionFactory factory) {
            return new ConnectionSettings(factory.getUri(), null, null, factory.getClientId());
        }
        throw foreign("connectionFactoryLookup", lookup, found);
    }

    private static JMSException foreign(String property, String lookup, Object found) {
        return new JMSException(
                "property %s is '%s', which is a %s; allowed: one of the Millrace adapter"
                        .formatted(property, lookup, found.getClass().getName()));
    }

    /** The name is of the deployment: whoever can deploy can do anything here. */
    @SuppressWarnings("BanJNDI")
    private static Optional<Object> find(String name) {
        try {
            Context context = new InitialContext();
            try {
                return Optional.ofNullable(context.lookup(name));
            } finally {
                context.close();
            }
        } catch (NamingException unknown) {
            return Optional.empty();
        }
    }
}
