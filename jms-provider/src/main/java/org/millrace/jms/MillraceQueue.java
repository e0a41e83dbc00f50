package org.millrace.jms;

import jakarta.jms.Queue;
import java.io.Serializable;
import javax.naming.NamingException;
import javax.naming.Reference;
import javax.naming.Referenceable;
import org.millrace.jms.jndi.MillraceObjectFactory;
import org.millrace.wire.Address;

/** A queue by name (§4). Immutable. */
public final class MillraceQueue
        implements Queue, MillraceDestination, Serializable, Referenceable {
    private static final long serialVersionUID = 1L;

    private final String fullName;
    private transient Address address;

    /**
     * @param fullName the name, case-sensitive, with options after {@code ?} if any
     * @throws IllegalArgumentException when it is null or empty
     */
    public MillraceQueue(String fullName) {
        this.address = MillraceDestination.parse(Address.Kind.QUEUE, fullName);
        this.fullName = fullName;
    }

    @Override
    public String getQueueName() {
        return fullName;
    }

    @Override
    public Address address() {
        // Benign race after deserialisation: both threads compute the same value.
        Address known = address;
        if (known == null) {
            known = MillraceDestination.parse(Address.Kind.QUEUE, fullName);
            address = known;
        }
        return known;
    }

    @Override
    public Reference getReference() throws NamingException {
        return MillraceObjectFactory.referenceTo(MillraceQueue.class, fullName);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MillraceQueue that
                && MillraceDestination.same(address(), that.address());
    }

    @Override
    public int hashCode() {
        return address().name().hashCode() + 1;
    }

    @Override
    public String toString() {
        return "queue://" + fullName;
    }
}
