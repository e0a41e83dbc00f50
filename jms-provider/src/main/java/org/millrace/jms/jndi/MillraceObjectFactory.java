package org.millrace.jms.jndi;

import java.util.Hashtable;
import javax.naming.Context;
import javax.naming.Name;
import javax.naming.NamingException;
import javax.naming.RefAddr;
import javax.naming.Reference;
import javax.naming.StringRefAddr;
import javax.naming.spi.ObjectFactory;
import org.millrace.jms.MillraceConnectionFactory;
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
        if (reference.getClassName().equals(MillraceConnectionFactory.class.getName())) {
            return connectionFactory(reference, text);
        }
        return null;
    }

    private static MillraceConnectionFactory connectionFactory(Reference reference, String uri) {
        MillraceConnectionFactory factory = new MillraceConnectionFactory(uri);
        factory.setUser(textOf(reference, "user"));
        factory.setPassword(textOf(reference, "password"));
        factory.setClientId(textOf(reference, "clientId"));
        return factory;
    }

    private static String textOf(Reference reference, String name) {
        RefAddr address = reference.get(name);
        return address == null ? null : String.valueOf(address.getContent());
    }
}
