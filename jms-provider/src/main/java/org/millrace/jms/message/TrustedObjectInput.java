package org.millrace.jms.message;

import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectStreamClass;
import java.lang.reflect.Proxy;

/**
 * Reads objects of trusted classes, which it looks up in the thread's context class loader: an
 * application server sets it before it delivers. Confined to the thread that deserialises.
 */
final class TrustedObjectInput extends ObjectInputStream {
    private final ClassLoader loader;

    /** A filter that the JVM was started with is asked too. */
    TrustedObjectInput(InputStream in, ObjectInputFilter filter) throws IOException {
        super(in);
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        loader = context == null ? TrustedObjectInput.class.getClassLoader() : context;
        setObjectInputFilter(
                ObjectInputFilter.merge(filter, ObjectInputFilter.Config.getSerialFilter()));
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass described)
            throws IOException, ClassNotFoundException {
        try {
            return Class.forName(described.getName(), false, loader);
        } catch (ClassNotFoundException notThere) {
            // Knows the primitive types and this provider's own loader.
            return super.resolveClass(described);
        }
    }

    @Override
    protected Class<?> resolveProxyClass(String[] interfaceNames)
            throws IOException, ClassNotFoundException {
        Class<?>[] interfaces = new Class<?>[interfaceNames.length];
        for (int i = 0; i < interfaces.length; i++) {
            interfaces[i] = Class.forName(interfaceNames[i], false, loader);
        }
        return Proxy.newProxyInstance(loader, interfaces, (proxy, method, arguments) -> null)
                .getClass();
    }
}
