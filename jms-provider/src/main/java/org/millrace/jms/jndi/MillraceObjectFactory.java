package org.millrace.jms.jndi;

import java.util.Hashtable;
import javax.naming.Context;
import javax.naming.Name;
import javax.naming.NamingException;
import javax.naming.Reference;
import javax.naming.StringRefAddr;
import javax.naming.spi.ObjectFactory;
import org.millrace.jms.MillraceQueue;
import org.millrace.jms.MillraceTopic;

/** Makes administered objects again from what {@code getReference()} wrote (§5.1). Stateless. */
public final class MillraceObjectFactory implements ObjectFactory {
    private static final String TEXT = "text";

    /** A reference to an object of this class that one string describes. */
    public static Reference referenceTo(Class<?> type, String text) {
        return new Reference(
                type.getName(),
                new StringRefAddr(TEXT, text),
                MillraceObjectFactory.class.getName(),
                null);
    }

    @Override
    public Object getObjectInstance(
            Object object, Name name, Context context, Hashtable<?, ?> environment)
            throws NamingException {
        if (!(object instanceof Reference reference) || reference.get(TEXT) == null) {
            return null;
        }
        String text = String.valueOf(reference.get(TEXT).getContent());
        if (reference.getClassName().equals(MillraceQueue.class.getName())) {
            return new MillraceQueue(text);
        }
        if (reference.getClassName().equals(MillraceTopic.class.getName())) {
            return new MillraceTopic(text);
        }
        return null;
    }
}
