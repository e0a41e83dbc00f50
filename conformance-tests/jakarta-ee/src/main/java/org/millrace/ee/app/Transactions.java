package org.millrace.ee.app;

import jakarta.annotation.Resource;
import jakarta.ejb.EJB;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.jms.JMSContext;
import jakarta.transaction.Status;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.UserTransaction;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Transactions that the application begins and ends itself. */
@Stateless
@TransactionManagement(TransactionManagementType.BEAN)
public class Transactions {
    @Resource private UserTransaction user;
    @EJB private Events events;

    /** The connection is older than the transaction. */
    public void sendInUserTransaction(String queue, String body, String end) throws Exception {
        try (JMSContext context = Sender.factory().createContext()) {
            user.begin();
            context.createProducer().send(context.createQueue(queue), body);
            end(end);
        }
    }

    private void end(String end) throws Exception {
        if (end.equals("commit")) {
            user.commit();
        } else {
            user.rollback();
        }
    }

    /** Outlives its transaction's time; gives how the transaction ended. */
    public String sendTooSlowly(String queue, String body) throws Exception {
        user.setTransactionTimeout(1);
        user.begin();
        try (JMSContext context = Sender.factory().createContext()) {
            context.createProducer().send(context.createQueue(queue), body);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (user.getStatus() == Status.STATUS_ACTIVE && System.nanoTime() < deadline) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
            context.createProducer().send(context.createQueue(queue), body + " and later");
            user.commit();
            return "committed";
        } catch (Exception refused) {
            return "refused";
        } finally {
            if (user.getStatus() != Status.STATUS_NO_TRANSACTION) {
                user.rollback();
            }
            user.setTransactionTimeout(0);
        }
    }

    /** Is prepared everywhere, then the server is gone. */
    public void sendAndHalt(String queue, String body) throws Exception {
        user.begin();
        TransactionManager manager = Names.find("transactions", TransactionManager.class);
        boolean unused = manager.getTransaction().enlistResource(new HaltingResource());
        events.add("halted", body);
        try (JMSContext context = Sender.factory().createContext()) {
            context.createProducer().send(context.createQueue(queue), body);
        }
        user.commit();
    }
}
