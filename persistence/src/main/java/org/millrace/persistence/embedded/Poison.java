package org.millrace.persistence.embedded;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.millrace.persistence.EngineFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the engine failed for good. The first failure counts; after it nothing is written any
 * more: a force that follows a failed one may say yes and lie. Any thread.
 */
final class Poison {
    private static final Logger LOG = LoggerFactory.getLogger(Poison.class);

    private final AtomicReference<EngineFailedException> failure = new AtomicReference<>();
    private final Consumer<EngineFailedException> listener;

    Poison(Consumer<EngineFailedException> listener) {
        this.listener = listener;
    }

    /** Takes note of a failure; the listener hears of the first one. */
    EngineFailedException fail(String where, Throwable cause) {
        EngineFailedException failed =
                new EngineFailedException(
                        "log engine failed in %s: %s; nothing more is written, whether the units under way are durable is known after a restart; restart the broker"
                                .formatted(where, cause.getMessage()),
                        cause);
        if (failure.compareAndSet(null, failed)) {
            LOG.error("{}", failed.getMessage(), cause);
            listener.accept(failed);
        }
        return failure.get();
    }

    boolean isSet() {
        return failure.get() != null;
    }

    Optional<EngineFailedException> failure() {
        return Optional.ofNullable(failure.get());
    }
}
