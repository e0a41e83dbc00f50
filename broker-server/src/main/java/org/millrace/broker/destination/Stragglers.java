package org.millrace.broker.destination;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.millrace.broker.dispatch.Partition;
import org.millrace.broker.loop.Ground;
import org.millrace.foundation.Loop;
import org.millrace.persistence.Needed;

/**
 * Sees to it that messages that are not finished for long, such as those that a consumer sits on,
 * do not keep in the store what was sent after them and is finished (ADR-0009). Confined to the
 * loop of the destination.
 *
 * <p>Looks at a log a while after something was finished above its floor, and not at all while
 * everything is finished in order.
 */
final class Stragglers {
    private static final Duration PERIOD = Duration.ofSeconds(15);

    private final Ground ground;
    private final Set<Partition> leftBehind = new LinkedHashSet<>();
    private Loop.Timer timer = () -> {};
    private boolean closed;

    Stragglers(Ground ground) {
        this.ground = ground;
    }

    /** Something is finished, something before it is not. */
    void leftBehind(Partition partition) {
        if (leftBehind.add(partition) && leftBehind.size() == 1 && !closed) {
            timer = ground.loop().after(PERIOD, this::look);
        }
    }

    private void look() {
        List<Partition> due = new ArrayList<>(leftBehind);
        leftBehind.clear();
        for (Partition partition : due) {
            Optional<Needed> needed = partition.stragglers();
            if (needed.isEmpty()) {
                partition.watch();
            } else {
                // Not asked again before that is done, however long it takes.
                ground.storage().retain(partition.id(), needed.get(), freed -> partition.watch());
            }
        }
    }

    void close() {
        closed = true;
        timer.cancel();
    }
}
