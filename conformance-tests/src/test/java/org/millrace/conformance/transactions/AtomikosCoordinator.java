package org.millrace.conformance.transactions;

import com.atomikos.datasource.ResourceException;
import com.atomikos.datasource.xa.XATransactionalResource;
import com.atomikos.icatch.config.Configuration;
import com.atomikos.icatch.jta.UserTransactionManager;
import jakarta.transaction.TransactionManager;
import java.nio.file.Path;
import java.util.List;
import javax.transaction.xa.XAResource;

/** Atomikos with its log in a directory; recovers by itself. */
final class AtomikosCoordinator implements Coordinator {
    private final UserTransactionManager manager = new UserTransactionManager();

    AtomikosCoordinator(Path log, List<Participant> participants) throws Exception {
        System.setProperty("com.atomikos.icatch.log_base_dir", log.toString());
        System.setProperty("com.atomikos.icatch.tm_unique_name", "millrace-test");
        System.setProperty("com.atomikos.icatch.default_jta_timeout", "6000");
        // After that it takes what has no decision for rolled back.
        System.setProperty("com.atomikos.icatch.max_timeout", "6000");
        System.setProperty("com.atomikos.icatch.recovery_delay", "500");
        System.setProperty("com.atomikos.icatch.oltp_retry_interval", "500");
        for (Participant each : participants) {
            Configuration.addResource(
                    new XATransactionalResource(each.name()) {
                        @Override
                        protected XAResource refreshXAConnection() throws ResourceException {
                            try {
                                return each.recoverable();
                            } catch (Exception unreachable) {
                                throw new ResourceException(each.name(), unreachable);
                            }
                        }
                    });
        }
        manager.init();
    }

    @Override
    public TransactionManager transactions() {
        return manager;
    }

    @Override
    public void recover() {
        // In the background.
    }

    @Override
    public void close() {
        manager.close();
    }
}
