package org.millrace.conformance.transactions;

import javax.transaction.xa.XAResource;

/**
 * The database's: H2 calls every connection a resource manager of its own, and then Atomikos does
 * not know which one recovers it.
 */
final class RowsResource extends WatchedResource {
    RowsResource(XAResource resource) {
        super(resource, point -> {});
    }

    @Override
    public boolean isSameRM(XAResource other) {
        return other instanceof RowsResource;
    }
}
