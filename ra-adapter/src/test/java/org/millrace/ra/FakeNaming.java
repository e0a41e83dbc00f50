package org.millrace.ra;

import java.lang.reflect.Proxy;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.spi.InitialContextFactory;

/** A server's JNDI. For the whole process: one test at a time. */
public final class FakeNaming implements InitialContextFactory, AutoCloseable {
    private static final Map<String, Object> ENTRIES = new ConcurrentHashMap<>();

    private static volatile Thread reader;

    /** For JNDI itself. */
    public FakeNaming() {}

    static FakeNaming with(String name, Object entry) {
        ENTRIES.put(name, entry);
        System.setProperty(Context.INITIAL_CONTEXT_FACTORY, FakeNaming.class.getName());
        return new FakeNaming();
    }

    /** And another one; only this thread sees them, as names of a component. */
    FakeNaming andOnlyHere(String name, Object entry) {
        ENTRIES.put(name, entry);
        reader = Thread.currentThread();
        return this;
    }

    @Override
    public void close() {
        reader = null;
        System.clearProperty(Context.INITIAL_CONTEXT_FACTORY);
        ENTRIES.clear();
    }

    @Override
    public Context getInitialContext(Hashtable<?, ?> environment) {
        return (Context)
                Proxy.newProxyInstance(
                        FakeNaming.class.getClassLoader(),
                        new Class<?>[] {Context.class},
                        (proxy, method, arguments) -> {
                            if (!method.getName().equals("lookup")) {
                                return null;
                            }
                            Object found = ENTRIES.get(String.valueOf(arguments[0]));
                            if (found == null || !isSeenHere()) {
                                throw new NameNotFoundException(String.valueOf(arguments[0]));
                            }
                            return found;
                        });
    }

    private static boolean isSeenHere() {
        return reader == null || reader == Thread.currentThread();
    }
}
