package org.millrace.ra;

import jakarta.jms.InvalidDestinationException;
import jakarta.resource.Referenceable;
import java.io.Serializable;
import java.util.Objects;
import javax.naming.NamingException;
import javax.naming.Reference;
import org.millrace.jms.AdministeredDestination;
import org.millrace.jms.MillraceDestination;

/**
 * What both kinds of administered destinations have: a name, under all the names that servers give
 * that property. A JavaBean; {@code extends} because servers want two classes.
 */
public abstract sealed class ConfiguredDestination
        implements AdministeredDestination, Serializable, Referenceable
        permits MillraceQueue, MillraceTopic {
    private static final long serialVersionUID = 1L;

    private String name;
    private Reference reference;

    /** The name, with options after {@code ?} if any. */
    public final String getName() {
        return name;
    }

    public final void setName(String name) {
        this.name = name;
    }

    /** As {@link #getName}: Open Liberty calls it so. */
    public final String getDestinationName() {
        return name;
    }

    public final void setDestinationName(String destinationName) {
        this.name = destinationName;
    }

    final String requireName(String kind) throws InvalidDestinationException {
        if (name == null || name.isBlank()) {
            throw new InvalidDestinationException(
                    "property name of an administered %s is '%s', allowed: the name of a %s, with options after '?' if any"
                            .formatted(kind, name, kind),
                    "INVALID_DESTINATION");
        }
        return name;
    }

    @Override
    public final void setReference(Reference reference) {
        this.reference = reference;
    }

    @Override
    public final Reference getReference() throws NamingException {
        return reference;
    }

    /** Equal to whatever means the same destination, the client's own included. */
    @Override
    public final boolean equals(Object other) {
        try {
            if (other instanceof ConfiguredDestination that) {
                return getClass() == that.getClass() && Objects.equals(name, that.name);
            }
            return other instanceof MillraceDestination that && destination().equals(that);
        } catch (InvalidDestinationException unnamed) {
            return false;
        }
    }

    @Override
    public final int hashCode() {
        try {
            return destination().hashCode();
        } catch (InvalidDestinationException unnamed) {
            return 0;
        }
    }
}
