package org.millrace.conformance.transactions;

import com.arjuna.ats.arjuna.common.CoordinatorEnvironmentBean;
import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import com.arjuna.ats.arjuna.common.RecoveryEnvironmentBean;
import com.arjuna.ats.arjuna.recovery.RecoveryManager;
import com.arjuna.ats.internal.jta.recovery.arjunacore.XARecoveryModule;
import com.arjuna.ats.jta.common.JTAEnvironmentBean;
import com.arjuna.ats.jta.recovery.XAResourceRecoveryHelper;
import com.arjuna.common.internal.util.propertyservice.BeanPopulator;
import jakarta.transaction.TransactionManager;
import java.nio.file.Path;
import java.util.List;
import javax.transaction.xa.XAResource;

/** Narayana with its log in a directory; recovers when it is told to. */
final class NarayanaCoordinator implements Coordinator {
    private final RecoveryManager recovery;

    NarayanaCoordinator(Path log, List<Participant> participants) throws Exception {
        for (String store : new String[] {null, "stateStore", "communicationStore"}) {
            BeanPopulator.getNamedInstance(ObjectStoreEnvironmentBean.class, store)
                    .setObjectStoreDir(log.toString());
        }
        BeanPopulator.getDefaultInstance(RecoveryEnvironmentBean.class).setRecoveryBackoffPeriod(1);
        BeanPopulator.getDefaultInstance(JTAEnvironmentBean.class).setOrphanSafetyInterval(10);
        BeanPopulator.getDefaultInstance(CoordinatorEnvironmentBean.class).setDefaultTimeout(60);
        RecoveryManager.delayRecoveryManagerThread();
        recovery = RecoveryManager.manager(RecoveryManager.DIRECT_MANAGEMENT);
        recovery.initialize();
        XARecoveryModule module =
                recovery.getModules().stream()
                        .filter(XARecoveryModule.class::isInstance)
                        .map(XARecoveryModule.class::cast)
                        .findFirst()
                        .orElseThrow();
        participants.forEach(each -> module.addXAResourceRecoveryHelper(helper(each)));
    }

    private static XAResourceRecoveryHelper helper(Participant participant) {
        return new XAResourceRecoveryHelper() {
            @Override
            public boolean initialise(String unused) {
                return true;
            }

            @Override
            public XAResource[] getXAResources() throws Exception {
                return new XAResource[] {participant.recoverable()};
            }
        };
    }

    @Override
    public TransactionManager transactions() {
        return com.arjuna.ats.jta.TransactionManager.transactionManager();
    }

    @Override
    public void recover() {
        recovery.scan();
    }

    @Override
    public void close() {
        recovery.terminate();
    }
}
