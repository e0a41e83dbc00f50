package org.millrace.broker.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.millrace.broker.loop.Answer;
import org.millrace.broker.loop.RefusedException;
import org.millrace.persistence.OffsetRange;
import org.millrace.persistence.ProducerState;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.record.RecordBatch;

/**
 * Which sequences of one producer are stored or on their way, so that a resend is stored once; and
 * its newest commit. Confined to the broker loop.
 *
 * <p>Stored sequences are ranges: a refused send in the middle stays a gap and can be sent again.
 * At most {@value #MAX_RANGES} ranges are kept; past that the lowest gap counts as stored, which is
 * far older than anything a client may still send again.
 */
public final class ProducerSequences {
    static final int MAX_RANGES = 1024;
    private static final long NOBODY = 0;

    /** A batch on its way to the store, and who else waits for it. */
    private record OnItsWay(int last, List<Answer<Void>> joined) {}

    private final long producerId;
    private short epoch;
    private final TreeMap<Integer, Integer> stored = new TreeMap<>();
    private final TreeMap<Integer, OnItsWay> onItsWay = new TreeMap<>();
    private final List<Runnable> asked = new ArrayList<>();
    private long lastCommit = -1;

    /** Commits on their way; several when branches that one session worked in end together. */
    private int committing;

    private boolean known;
    private boolean inUse;
    private long owner = NOBODY;
    private long unusedSinceMillis;

    /** A new producer. */
    ProducerSequences(long producerId) {
        this.producerId = producerId;
        this.epoch = 0;
    }

    /** One of an earlier run. */
    ProducerSequences(ProducerState state, long nowMillis) {
        this.producerId = state.producerId();
        this.epoch = state.epoch();
        this.lastCommit = state.lastCommitNumber();
        this.known = true;
        this.unusedSinceMillis = nowMillis;
        for (OffsetRange range : state.sequences()) {
            stored.put((int) range.first(), (int) range.last());
        }
    }

    public long producerId() {
        return producerId;
    }

    public short epoch() {
        return epoch;
    }

    /** Whether batches that name this producer are checked at all. */
    static boolean isSequenced(RecordBatch batch) {
        return batch.producerId() >= 0 && batch.baseSequence() >= 0;
    }

    /**
     * Whether the batch is new and must be stored now, followed by {@link #stored} or {@link
     * #refused}. If not, the answer hears when it is stored; at once when it was before.
     *
     * @throws RefusedException when the batch is another producer's, stale, or overlaps with what
     *     was sent in another shape
     */
    boolean begin(RecordBatch batch, Answer<Void> answer) {
        checkIdentity(batch);
        int first = batch.baseSequence();
        int last = batch.lastSequence();
        Map.Entry<Integer, Integer> below = stored.floorEntry(last);
        if (below != null && below.getValue() >= first) {
            if (below.getKey() <= first && below.getValue() >= last) {
                answer.granted(null);
                return false;
            }
            throw overlap(first, last, below.getKey(), below.getValue());
        }
        Map.Entry<Integer, OnItsWay> sent = onItsWay.floorEntry(last);
        if (sent != null && sent.getValue().last() >= first) {
            if (sent.getKey() == first && sent.getValue().last() == last) {
                sent.getValue().joined().add(answer);
                return false;
            }
            throw overlap(first, last, sent.getKey(), sent.getValue().last());
        }
        onItsWay.put(first, new OnItsWay(last, new ArrayList<>(0)));
        return true;
    }

    private void checkIdentity(RecordBatch batch) {
        if (batch.producerId() == producerId && beginsNextEpoch(batch)) {
            epoch = batch.producerEpoch();
            stored.clear();
        }
        if (batch.producerEpoch() != epoch) {
            throw notIts(batch);
        }
        checkIsIts(batch);
        if (batch.lastSequence() < batch.baseSequence()) {
            throw RefusedException.of(
                    ErrorCode.INVALID_ARGUMENT,
                    "sequences of producer %d are used up; open a new session",
                    producerId);
        }
    }

    /**
     * @throws RefusedException when the batch is another producer's
     */
    void checkIsIts(RecordBatch batch) {
        if (batch.producerId() != producerId) {
            throw notIts(batch);
        }
    }

    private RefusedException notIts(RecordBatch batch) {
        return RefusedException.of(
                ErrorCode.INVALID_ARGUMENT,
                "batch names producer %d epoch %d, the session's is %d epoch %d",
                batch.producerId(),
                batch.producerEpoch(),
                producerId,
                epoch);
    }

    /** A client whose sequences are used up goes on at zero when all its sends are answered. */
    private boolean beginsNextEpoch(RecordBatch batch) {
        return batch.producerEpoch() == (short) (epoch + 1)
                && batch.baseSequence() == 0
                && onItsWay.isEmpty();
    }

    private RefusedException overlap(int first, int last, int otherFirst, int otherLast) {
        return RefusedException.of(
                ErrorCode.INVALID_ARGUMENT,
                "sequences %d..%d of producer %d overlap with %d..%d sent before in another batch",
                first,
                last,
                producerId,
                otherFirst,
                otherLast);
    }

    void stored(RecordBatch batch) {
        known = true;
        addStored(batch.baseSequence(), batch.lastSequence());
        OnItsWay done = onItsWay.remove(batch.baseSequence());
        if (done != null) {
            done.joined().forEach(answer -> answer.granted(null));
        }
    }

    private void addStored(int first, int last) {
        Map.Entry<Integer, Integer> below = stored.floorEntry(first);
        int from = first;
        if (below != null && below.getValue() + 1 == first) {
            from = below.getKey();
        }
        Map.Entry<Integer, Integer> above = stored.ceilingEntry(first);
        int to = last;
        if (above != null && last + 1 == above.getKey()) {
            to = above.getValue();
            stored.remove(above.getKey());
        }
        stored.put(from, to);
        if (stored.size() > MAX_RANGES) {
            Map.Entry<Integer, Integer> lowest = stored.pollFirstEntry();
            Map.Entry<Integer, Integer> next = stored.firstEntry();
            stored.remove(next.getKey());
            stored.put(lowest.getKey(), next.getValue());
        }
    }

    /** The sequences stay a gap and can be sent again. */
    void refused(RecordBatch batch, RefusedException why) {
        OnItsWay gone = onItsWay.remove(batch.baseSequence());
        if (gone != null) {
            gone.joined().forEach(answer -> answer.refused(why));
        }
    }

    boolean wasCommitted(long commitNumber) {
        return commitNumber <= lastCommit;
    }

    void committing() {
        known = true;
        committing++;
    }

    void committed(long commitNumber) {
        committedNothing(commitNumber);
        endCommit();
    }

    /** A commit that the store was not told of. */
    void committedNothing(long commitNumber) {
        lastCommit = Math.max(lastCommit, commitNumber);
    }

    void endCommit() {
        committing--;
        if (committing == 0) {
            asked.forEach(Runnable::run);
            asked.clear();
        }
    }

    /** Whether this commit was carried out; one on its way is waited for. */
    void askCommit(long commitNumber, Consumer<Boolean> outcome) {
        Runnable tell = () -> outcome.accept(wasCommitted(commitNumber));
        if (committing > 0) {
            asked.add(tell);
        } else {
            tell.run();
        }
    }

    /** Whether the store may know of it. */
    boolean isKnown() {
        return known || !onItsWay.isEmpty();
    }

    boolean isInUse() {
        return inUse;
    }

    /** Nobody uses it, and nobody else has: after a restart it is not known who has. */
    boolean mayBeTakenBy(long connectionId) {
        return !inUse && (owner == NOBODY || owner == connectionId);
    }

    void use(long connectionId) {
        inUse = true;
        owner = connectionId;
    }

    void leave(long nowMillis) {
        inUse = false;
        unusedSinceMillis = nowMillis;
    }

    long unusedSinceMillis() {
        return unusedSinceMillis;
    }
}
