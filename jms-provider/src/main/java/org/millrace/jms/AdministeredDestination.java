package org.millrace.jms;

import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;

/**
 * A destination that a server has made from its configuration and that stands for one of ours,
 * wherever this client is given one.
 */
public interface AdministeredDestination extends Destination {
    /**
     * What it stands for.
     *
     * @throws InvalidDestinationException when it is not configured
     */
    MillraceDestination destination() throws InvalidDestinationException;
}
