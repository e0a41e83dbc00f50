package org.millrace.ra;

import jakarta.resource.spi.BootstrapContext;
import jakarta.resource.spi.XATerminator;
import jakarta.resource.spi.work.ExecutionContext;
import jakarta.resource.spi.work.Work;
import jakarta.resource.spi.work.WorkContext;
import jakarta.resource.spi.work.WorkListener;
import jakarta.resource.spi.work.WorkManager;
import jakarta.resource.spi.work.WorkRejectedException;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Timer;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** As much of an application server as the adapter sees: threads that it lends. */
final class FakeServer implements BootstrapContext, WorkManager, AutoCloseable {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger busy = new AtomicInteger();

    /** How many of the next works are rejected, as a full server does. */
    final AtomicInteger rejections = new AtomicInteger();

    /** How many of the next works end in an error of the server: it has no more threads. */
    final AtomicInteger errors = new AtomicInteger();

    /** What the adapter threw on a thread of the server. */
    final List<Throwable> thrown = new CopyOnWriteArrayList<>();

    /** Of the transaction that every thread is in; null for none. */
    volatile Object transactionKey;

    /** Threads that the adapter has at the moment. */
    int busyThreads() {
        return busy.get();
    }

    @Override
    public WorkManager getWorkManager() {
        return this;
    }

    @Override
    public void scheduleWork(
            Work work, long timeout, ExecutionContext context, WorkListener listener)
            throws WorkRejectedException {
        if (rejections.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new WorkRejectedException("full");
        }
        if (errors.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new OutOfMemoryError("unable to create native thread");
        }
        threads.execute(
                () -> {
                    busy.incrementAndGet();
                    try {
                        work.run();
                    } catch (RuntimeException | Error failure) {
                        thrown.add(failure);
                    } finally {
                        // As IronJacamar does.
                        work.release();
                        busy.decrementAndGet();
                    }
                });
    }

    @Override
    public void close() throws InterruptedException {
        threads.shutdown();
        if (!threads.awaitTermination(30, TimeUnit.SECONDS)) {
            throw new AssertionError("the adapter still has threads of the server");
        }
    }

    // ---- what the adapter does not use

    @Override
    public void doWork(Work work) {
        throw new UnsupportedOperationException("doWork");
    }

    @Override
    public void doWork(Work work, long timeout, ExecutionContext context, WorkListener listener) {
        throw new UnsupportedOperationException("doWork");
    }

    @Override
    public long startWork(Work work) {
        throw new UnsupportedOperationException("startWork");
    }

    @Override
    public long startWork(
            Work work, long timeout, ExecutionContext context, WorkListener listener) {
        throw new UnsupportedOperationException("startWork");
    }

    @Override
    public void scheduleWork(Work work) {
        throw new UnsupportedOperationException("scheduleWork without a limit");
    }

    @Override
    public XATerminator getXATerminator() {
        throw new UnsupportedOperationException("XATerminator");
    }

    @Override
    public Timer createTimer() {
        throw new UnsupportedOperationException("createTimer");
    }

    @Override
    public boolean isContextSupported(Class<? extends WorkContext> type) {
        return false;
    }

    @Override
    public TransactionSynchronizationRegistry getTransactionSynchronizationRegistry() {
        return (TransactionSynchronizationRegistry)
                Proxy.newProxyInstance(
                        FakeServer.class.getClassLoader(),
                        new Class<?>[] {TransactionSynchronizationRegistry.class},
                        (proxy, method, arguments) -> transactionKey);
    }
}
