package org.millrace.wire.link;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.millrace.foundation.Loop;

/**
 * A {@link Loop} that is one of Netty's event loops: what runs on it reads and writes its links
 * without handing over.
 *
 * <p>A task that throws does not end the loop: the failure goes to {@code onFailure}, on the loop.
 */
public final class NettyLoop implements Loop, AutoCloseable {
    private final MultiThreadIoEventLoopGroup group;
    private final EventLoop eventLoop;
    private final InstantSource clock;
    private final Consumer<Throwable> onFailure;

    private NettyLoop(
            MultiThreadIoEventLoopGroup group, InstantSource clock, Consumer<Throwable> onFailure) {
        this.group = group;
        this.eventLoop = group.next();
        this.clock = clock;
        this.onFailure = onFailure;
    }

    /** A loop on a daemon thread of its own. */
    public static NettyLoop start(
            String threadName, InstantSource clock, Consumer<Throwable> onFailure) {
        MultiThreadIoEventLoopGroup group =
                new MultiThreadIoEventLoopGroup(
                        1,
                        work -> {
                            Thread thread = new FastThreadLocalThread(work, threadName);
                            thread.setDaemon(true);
                            // Not that of an application that happens to connect first.
                            thread.setContextClassLoader(NettyLoop.class.getClassLoader());
                            return thread;
                        },
                        NioIoHandler.newFactory());
        return new NettyLoop(group, clock, onFailure);
    }

    EventLoop eventLoop() {
        return eventLoop;
    }

    @Override
    public void execute(Runnable task) {
        eventLoop.execute(() -> run(task));
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        var scheduled = eventLoop.schedule(() -> run(task), delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable failure) {
            onFailure.accept(failure);
        }
    }

    @Override
    public boolean inLoop() {
        return eventLoop.inEventLoop();
    }

    @Override
    public InstantSource clock() {
        return clock;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    /**
     * Closes what is registered, runs what was given, ends the thread; waits for that unless called
     * on the loop.
     */
    @Override
    public void close() {
        var ended = group.shutdownGracefully(0, 5, TimeUnit.SECONDS);
        if (!inLoop()) {
            ended.awaitUninterruptibly(10, TimeUnit.SECONDS);
        }
    }
}
