package org.millrace.ra.outbound;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.LocalTransaction;
import jakarta.resource.spi.LocalTransactionException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * The container's local transaction as a branch of its own that is committed in one phase: one
 * session does for both kinds. Used by one thread at a time.
 */
final class BranchAsLocalTransaction implements LocalTransaction {
    private static final AtomicLong NUMBER = new AtomicLong();

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
        Xid mine = new LocalXid(LocalXid.ORIGIN, NUMBER.incrementAndGet());
        run("begin", () -> resource.start(mine, XAResource.TMNOFLAGS));
        branch = mine;
    }

    @Override
    public void commit() throws ResourceException {
        Xid mine = ended("commit");
        run(
                "commit",
                () -> {
                    resource.end(mine, XAResource.TMSUCCESS);
                    resource.commit(mine, true);
                });
    }

    @Override
    public void rollback() throws ResourceException {
        Xid mine = ended("rollback");
        run(
                "rollback",
                () -> {
                    resource.end(mine, XAResource.TMFAIL);
                    resource.rollback(mine);
                });
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

    /** Unique: origin is of this process, the number counts in it. */
    private record LocalXid(long origin, long number) implements Xid {
        private static final int FORMAT = 0x4d4c; // "ML"

        /** Never prepared, so that it need not be unique for longer than its session lives. */
        private static final long ORIGIN = ProcessHandle.current().pid();

        @Override
        public int getFormatId() {
            return FORMAT;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return ByteBuffer.allocate(2 * Long.BYTES).putLong(origin).putLong(number).array();
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[] {1};
        }
    }
}
