package org.millrace.ee.liberty;

import java.util.Hashtable;
import javax.naming.Context;
import javax.naming.Name;
import javax.naming.spi.ObjectFactory;

/**
 * Open Liberty has no name for its transaction manager; with this one in its configuration it has.
 */
public final class TransactionsFactory implements ObjectFactory {
    @Override
    public Object getObjectInstance(
            Object reference, Name name, Context context, Hashtable<?, ?> environment)
            throws ReflectiveOperationException {
        return Class.forName("com.ibm.tx.jta.TransactionManagerFactory")
                .getMethod("getTransactionManager")
                .invoke(null);
    }
}
