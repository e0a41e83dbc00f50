package org.millrace.jms.client;

/**
 * Makes the threads on which the application's callbacks of one session run: daemons, named, with
 * the context class loader that was set when the connection was created (THR-9).
 */
final class CallbackThreads {
    private final String owner;
    private final ClassLoader contextClassLoader;

    CallbackThreads(String owner, ClassLoader contextClassLoader) {
        this.owner = owner;
        this.contextClassLoader = contextClassLoader;
    }

    CallbackThreads named(String part) {
        return new CallbackThreads(owner + "-" + part, contextClassLoader);
    }

    Thread make(String role, Runnable work) {
        Thread thread = new Thread(work, "millrace-" + role + "-" + owner);
        thread.setDaemon(true);
        thread.setContextClassLoader(contextClassLoader);
        return thread;
    }

    void start(String role, Runnable work) {
        make(role, work).start();
    }
}
