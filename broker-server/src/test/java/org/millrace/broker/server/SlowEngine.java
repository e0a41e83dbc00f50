package org.millrace.broker.server;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.millrace.foundation.Loop;
import org.millrace.foundation.SeededScheduler;
import org.millrace.persistence.HeapLogEngine;
import org.millrace.persistence.LogEngine;

/** Makes engines that share one store and take a while for some of what they are asked. */
final class SlowEngine {
    static final Duration DELAY = Duration.ofMinutes(1);

    /** What an engine is asked. */
    record Call(String name, Object first) {}

    final HeapLogEngine store = new HeapLogEngine(1L << 30);
    private Predicate<Call> slow = call -> false;

    /** From now on these are done and answered after the delay. */
    void slow(Predicate<Call> calls) {
        slow = calls;
    }

    LogEngine newEngine(SeededScheduler world, Consumer<Throwable> onFailure) {
        Loop loop = world.newLoop("slow");
        return (LogEngine)
                Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {LogEngine.class},
                        (self, method, arguments) -> {
                            Object first = arguments == null ? null : arguments[0];
                            if (!slow.test(new Call(method.getName(), first))) {
                                return method.invoke(store, arguments);
                            }
                            CompletableFuture<Object> answer = new CompletableFuture<>();
                            loop.after(
                                    DELAY,
                                    () -> {
                                        try {
                                            CompletionStage<?> done =
                                                    (CompletionStage<?>)
                                                            method.invoke(store, arguments);
                                            answer.complete(done.toCompletableFuture().join());
                                        } catch (ReflectiveOperationException wrong) {
                                            throw new IllegalStateException(wrong);
                                        }
                                    });
                            return answer;
                        });
    }
}
