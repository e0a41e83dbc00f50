package org.millrace.jms;

import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.TemporaryQueue;
import org.millrace.wire.Address;

/** A queue that lives as long as the connection that created it (§6.2.2). Immutable. */
public final class MillraceTemporaryQueue implements TemporaryQueue, MillraceDestination {
    private final String name;
    private final TemporaryOwner owner;

    /**
     * @param owner who can delete it; null for one that came as an address from elsewhere
     */
    public MillraceTemporaryQueue(String name, TemporaryOwner owner) {
        this.name = name;
        this.owner = owner;
    }

    @Override
    public String getQueueName() {
        return name;
    }

    @Override
    public Address address() {
        return Address.of(Address.Kind.TEMPORARY_QUEUE, name);
    }

    @Override
    public void delete() throws JMSException {
        if (owner == null) {
            throw new InvalidDestinationException(
                    "temporary queue "
                            + name
                            + " was created by another connection; only that one can delete it",
                    "INVALID_DESTINATION");
        }
        owner.delete(address());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MillraceTemporaryQueue that && name.equals(that.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode() + 3;
    }

    @Override
    public String toString() {
        return "temporary-queue://" + name;
    }
}
