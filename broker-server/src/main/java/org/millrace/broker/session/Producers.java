package org.millrace.broker.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.millrace.broker.loop.Ground;
import org.millrace.persistence.Change;
import org.millrace.persistence.ProducerState;

/**
 * All producers whose resends must be recognised: those of open sessions, and those whose link was
 * lost, for {@link #KEPT} and at most {@value #MAX_LOST} of them. Confined to the broker loop.
 */
public final class Producers {
    private static final Duration KEPT = Duration.ofHours(24);
    private static final Duration SWEEP_PERIOD = Duration.ofMinutes(10);
    private static final int MAX_LOST = 100_000;

    private final Ground ground;

    /** Oldest first among those that are not in use. */
    private final Map<Long, ProducerSequences> byId = new LinkedHashMap<>();

    private int lost;

    public Producers(Ground ground) {
        this.ground = ground;
    }

    public void restore(ProducerState state) {
        byId.put(state.producerId(), new ProducerSequences(state, nowMillis()));
        lost++;
    }

    public void start() {
        ground.loop().after(SWEEP_PERIOD, this::sweepAndGoOn);
    }

    private void sweepAndGoOn() {
        sweep();
        ground.loop().after(SWEEP_PERIOD, this::sweepAndGoOn);
    }

    /**
     * The producer of a session that is opened: the wanted one when it is this connection's, or
     * nobody's because nothing of it was stored before a restart; else a new one.
     *
     * @param wanted 0 for a new one
     */
    ProducerSequences open(long wanted, long connectionId) {
        ProducerSequences found = byId.get(wanted);
        if (found != null && found.mayBeTakenBy(connectionId)) {
            lost--;
        } else {
            boolean isFree = found == null && ground.ids().wasGivenOut(wanted);
            found = new ProducerSequences(isFree ? wanted : ground.ids().next());
            byId.put(found.producerId(), found);
        }
        found.use(connectionId);
        return found;
    }

    /** Client, after a lost link: whether a commit was carried out. */
    public void askCommit(long producerId, long commitNumber, Consumer<Boolean> outcome) {
        ProducerSequences found = byId.get(producerId);
        if (found == null) {
            outcome.accept(false);
        } else {
            found.askCommit(commitNumber, outcome);
        }
    }

    /** The session ended in order: nothing will be sent again. */
    void closed(ProducerSequences producer) {
        byId.remove(producer.producerId());
        if (producer.isKnown()) {
            ground.storage()
                    .commit(List.of(new Change.ForgetProducer(producer.producerId())), () -> {});
        }
    }

    /** The link was lost: the client may come back. */
    void lost(ProducerSequences producer) {
        producer.leave(nowMillis());
        // To the end: the map is in the order in which they were lost.
        byId.remove(producer.producerId());
        byId.put(producer.producerId(), producer);
        lost++;
        if (lost > MAX_LOST) {
            sweep();
        }
    }

    private void sweep() {
        long before = nowMillis() - KEPT.toMillis();
        List<Change> forgotten = new ArrayList<>();
        Iterator<ProducerSequences> all = byId.values().iterator();
        while (all.hasNext()) {
            ProducerSequences each = all.next();
            if (!each.isInUse() && (lost > MAX_LOST || each.unusedSinceMillis() < before)) {
                all.remove();
                lost--;
                forgotten.add(new Change.ForgetProducer(each.producerId()));
            }
        }
        if (!forgotten.isEmpty()) {
            ground.storage().commit(forgotten, () -> {});
        }
    }

    private long nowMillis() {
        return ground.loop().clock().millis();
    }
}
