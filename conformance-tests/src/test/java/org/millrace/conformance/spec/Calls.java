package org.millrace.conformance.spec;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs calls of the API, here or on a thread of their own, and says what came of them. */
final class Calls {
    /** A call that may be refused. */
    interface Call {
        void run() throws Exception;
    }

    private Calls() {}

    /** "done", or the simple name of the exception's class. */
    static String outcomeOf(Call call) {
        try {
            call.run();
            return "done";
        } catch (Exception refused) {
            return refused.getClass().getSimpleName();
        }
    }

    /** The call's result, from a new thread. */
    static <T> CompletableFuture<T> later(Callable<T> call) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                result.complete(call.call());
                            } catch (Exception refused) {
                                result.completeExceptionally(refused);
                            }
                        },
                        "spec-test-call");
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    /** Like {@link #later}, for a call without a result: "done", or the exception's class. */
    static CompletableFuture<String> outcomeLater(Call call) {
        return later(() -> outcomeOf(call));
    }

    /** What must come within the patience of a test. */
    static <T> T soon(CompletableFuture<T> result) throws Exception {
        return result.get(SpecTest.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }
}
