package org.millrace.jms;

import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.Topic;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.millrace.wire.Address;

/**
 * A destination of this provider. Immutable; equal to any other of the same kind and name, whatever
 * its options (§3.4.1).
 */
public sealed interface MillraceDestination extends Destination
        permits MillraceQueue, MillraceTopic, MillraceTemporaryQueue, MillraceTemporaryTopic {
    /** Its name on the wire. */
    Address address();

    /** The destination of this address; a temporary one can be sent to, not deleted. */
    static MillraceDestination of(Address address) {
        return switch (address.kind()) {
            case QUEUE -> new MillraceQueue(fullName(address));
            case TOPIC -> new MillraceTopic(fullName(address));
            case TEMPORARY_QUEUE -> new MillraceTemporaryQueue(address.name(), null);
            case TEMPORARY_TOPIC -> new MillraceTemporaryTopic(address.name(), null);
        };
    }

    /**
     * The same destination as one of ours.
     *
     * @throws InvalidDestinationException for null, and for a destination of another provider
     */
    static MillraceDestination from(Destination destination) throws InvalidDestinationException {
        if (destination instanceof MillraceDestination ours) {
            return ours;
        }
        if (destination instanceof AdministeredDestination configured) {
            return configured.destination();
        }
        String what =
                destination == null
                        ? "destination is null"
                        : "destination "
                                + destination
                                + " is of another provider ("
                                + destination.getClass().getName()
                                + "); make it with createQueue or createTopic";
        throw new InvalidDestinationException(what, "INVALID_DESTINATION");
    }

    /**
     * The address that an application's name means: the part after the first {@code ?} are options.
     *
     * @throws IllegalArgumentException when the name is null or empty, or no text
     */
    static Address parse(Address.Kind kind, String fullName) {
        int mark = fullName == null ? -1 : fullName.indexOf('?');
        String name = mark < 0 ? fullName : fullName.substring(0, mark);
        if (name == null || name.isEmpty()) {
            throw new IllegalArgumentException(
                    "name of a " + kind.name().toLowerCase(Locale.ROOT) + " is empty");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(fullName)) {
            throw new IllegalArgumentException(
                    "name of a %s has half of a surrogate pair, which no text may have: '%s'"
                            .formatted(kind.name().toLowerCase(Locale.ROOT), fullName));
        }
        return new Address(kind, name, mark < 0 ? "" : fullName.substring(mark + 1));
    }

    /** Name and options, as {@link #parse} takes them. */
    static String fullName(Address address) {
        return address.options().isEmpty()
                ? address.name()
                : address.name() + "?" + address.options();
    }

    /** Deletes a temporary destination at its connection (§6.2.2). */
    @FunctionalInterface
    interface TemporaryOwner {
        void delete(Address temporary) throws JMSException;
    }

    /** Whether two addresses name the same destination. */
    static boolean same(Address one, Address other) {
        return one.kind() == other.kind() && one.name().equals(other.name());
    }

    /** Whether JMS code may treat it as a {@link Topic}; else it is a {@link Queue}. */
    default boolean isTopic() {
        return address().kind().isTopic();
    }
}
