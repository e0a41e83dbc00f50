package org.millrace.ra.outbound;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.LocalTransaction;
import jakarta.resource.spi.LocalTransactionException;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * The container's local transaction as a branch of its own that is committed in one phase: one
 * session does for both kinds. One for each managed connection, because servers ask for it before
 * each step. Used by one thread at a time.
 */
final class BranchAsLocalTransaction implements LocalTransaction {
    private static final Logger LOG = Logger.getLogger(BranchAsLocalTransaction.class.getName());

    private static final AtomicLong NUMBER = new AtomicLong();

    /** Of this adapter: processes in containers often have the same number. */
    private static final UUID ORIGIN = UUID.randomUUID();

    private final XAResource resource;
    private Xid branch;

    BranchAsLocalTransaction(XAResource resource) {
        this.resource = resource;
    }

    @Override
    public void begin() throws ResourceException {
        if (branch != null) {
            throw new LocalTransactionException("begin within a local transaction");
        }
        Xid mine = new LocalXid(ORIGIN, NUMBER.incrementAndGet());
        run("begin", () -> resource.start(mine, XAResource.TMNOFLAGS));
        branch = mine;
    }

    @Override
    public void commit() throws ResourceException {
        Xid mine = ended("commit");
        try {
            run("commit", () -> resource.end(mine, XAResource.TMSUCCESS));
        } catch (ResourceException refused) {
            forget(mine);
            throw refused;
        }
        run("commit", () -> resource.commit(mine, true));
    }

    @Override
    public void rollback() throws ResourceException {
        Xid mine = ended("rollback");
        try {
            resource.end(mine, XAResource.TMFAIL);
        } catch (XAException expected) {
            LOG.log(Level.FINE, "branch of a local transaction was ended: {0}", expected);
        }
        run("rollback", () -> resource.rollback(mine));
    }

    /** What the last user of the connection did not end is rolled back. */
    void abandon() throws ResourceException {
        if (branch != null) {
            rollback();
        }
    }

    /** It can only be rolled back, and is with the connection at the latest. */
    private void forget(Xid mine) {
        try {
            resource.rollback(mine);
        } catch (XAException refused) {
            LOG.log(Level.FINE, "branch of a local transaction was rolled back: {0}", refused);
        }
    }

    private Xid ended(String what) throws ResourceException {
        if (branch == null) {
            throw new LocalTransactionException(what + " without a local transaction");
        }
        Xid mine = branch;
        branch = null;
        return mine;
    }

    @FunctionalInterface
    private interface Step {
        void run() throws XAException;
    }

    private static void run(String what, Step step) throws ResourceException {
        try {
            step.run();
        } catch (XAException refused) {
            throw new LocalTransactionException(
                    "%s of a local transaction failed, XA code %d: %s"
                            .formatted(what, refused.errorCode, refused.getMessage()),
                    refused);
        }
    }

    /** Unique at the broker, whoever else uses it: the number counts for its origin. */
    private record LocalXid(UUID origin, long number) implements Xid {
        private static final int FORMAT = 0x4d4c; // "ML"

        @Override
        public int getFormatId() {
            return FORMAT;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return ByteBuffer.allocate(3 * Long.BYTES)
                    .putLong(origin.getMostSignificantBits())
                    .putLong(origin.getLeastSignificantBits())
                    .putLong(number)
                    .array();
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[] {1};
        }
    }
}
