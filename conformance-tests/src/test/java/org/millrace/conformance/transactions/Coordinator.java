package org.millrace.conformance.transactions;

import jakarta.transaction.TransactionManager;
import java.nio.file.Path;
import java.util.List;
import javax.transaction.xa.XAResource;

/** A transaction manager of another project, as {@link Transfer} uses it. */
interface Coordinator extends AutoCloseable {
    /** Something that takes part in transactions, and can always say what is in doubt. */
    interface Participant {
        String name();

        /** A fresh resource for recovery. */
        XAResource recoverable() throws Exception;
    }

    TransactionManager transactions();

    /** One pass over all that is in doubt; or nothing when that happens by itself. */
    void recover();

    @Override
    void close() throws Exception;

    static Coordinator start(String kind, Path log, List<Participant> participants)
            throws Exception {
        return switch (kind) {
            case "narayana" -> new NarayanaCoordinator(log, participants);
            case "atomikos" -> new AtomikosCoordinator(log, participants);
            default -> throw new IllegalArgumentException(kind);
        };
    }
}
