package org.millrace.broker.destination;

import org.millrace.broker.loop.RefusedException;

/** A producer that must hear when its destination is deleted. */
public interface DestinationUser {
    void onDestinationDeleted(RefusedException why);
}
