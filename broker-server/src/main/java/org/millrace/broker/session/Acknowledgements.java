package org.millrace.broker.session;

import java.util.ArrayList;
import java.util.List;
import org.millrace.broker.dispatch.Settlement;
import org.millrace.broker.loop.Storage;
import org.millrace.broker.loop.Turn;
import org.millrace.persistence.Change;

/**
 * Merges the acknowledgements that arrive in one turn of the loop, of all sessions, into one unit
 * of work. Confined to the broker loop.
 *
 * <p>What need not be durable (non-persistent messages, subscriptions in memory) counts at the end
 * of the turn and is answered then; its settles are written soon after.
 */
public final class Acknowledgements {
    private final Storage storage;
    private final Turn turn;
    private Settlement stored = new Settlement();
    private Settlement unawaited = new Settlement();
    private List<Runnable> whenStored = new ArrayList<>();
    private List<Runnable> atOnce = new ArrayList<>();
    private boolean due;

    public Acknowledgements(Storage storage, Turn turn) {
        this.storage = storage;
        this.turn = turn;
    }

    void settle(List<InFlight> deliveries, Runnable settled) {
        boolean awaits = false;
        for (InFlight each : deliveries) {
            if (each.mustBeStored()) {
                awaits = true;
                stored.add(each.cursor(), each.lease());
            } else {
                unawaited.add(each.cursor(), each.lease());
            }
        }
        (awaits ? whenStored : atOnce).add(settled);
        if (!due) {
            due = true;
            turn.atEnd(Turn.Phase.SETTLE, this::submit);
        }
    }

    private void submit() {
        due = false;
        Settlement awaited = stored;
        List<Runnable> answers = whenStored;
        List<Change> changes = new ArrayList<>(awaited.changes());
        unawaited.applyUnawaited();
        atOnce.forEach(Runnable::run);
        if (!changes.isEmpty()) {
            storage.commit(
                    changes,
                    () -> {
                        awaited.apply();
                        answers.forEach(Runnable::run);
                    });
        } else {
            awaited.apply();
            answers.forEach(Runnable::run);
        }
        stored = new Settlement();
        unawaited = new Settlement();
        whenStored = new ArrayList<>();
        atOnce = new ArrayList<>();
    }
}
