package org.millrace.ra;

/**
 * The adapter's class loader in the place of the thread's, until closed. A thread of the server may
 * have that of an application, perhaps of one that is gone: names are not found with it, and
 * threads and connections that are made with it keep the application in memory. Confined to its
 * thread.
 */
public final class OwnLoader implements AutoCloseable {
    private final ClassLoader before;

    private OwnLoader(ClassLoader before) {
        this.before = before;
    }

    /** The adapter's from now on. */
    public static OwnLoader enter() {
        OwnLoader entered = new OwnLoader(Thread.currentThread().getContextClassLoader());
        Thread.currentThread().setContextClassLoader(OwnLoader.class.getClassLoader());
        return entered;
    }

    @Override
    public void close() {
        Thread.currentThread().setContextClassLoader(before);
    }
}
