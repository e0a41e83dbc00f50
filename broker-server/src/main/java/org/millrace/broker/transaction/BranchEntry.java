package org.millrace.broker.transaction;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.millrace.broker.loop.RefusedException;
import org.millrace.foundation.Loop;
import org.millrace.persistence.BranchId;
import org.millrace.persistence.Change;
import org.millrace.wire.ErrorCode;

/** One branch with what was done in it. Confined to the broker loop. */
final class BranchEntry {
    final BranchId id;
    final Branch<Worker> branch;
    final Transaction work;
    final long sinceMillis;

    /** Connections whose loss is its end while it is not prepared. */
    final Set<Long> connections = new HashSet<>();

    /** What it will do, as long as its destinations are not loaded. */
    List<Change> stored = List.of();

    private final List<Runnable> waiting = new ArrayList<>();
    private Loop.Timer timer = () -> {};

    BranchEntry(BranchId id, BranchState state, Transaction work, long sinceMillis) {
        this.id = id;
        this.branch = new Branch<>(nameOf(id), state);
        this.work = work;
        this.sinceMillis = sinceMillis;
    }

    BranchState state() {
        return branch.state();
    }

    /** Format, global id and branch qualifier in hexadecimal digits. */
    static String nameOf(BranchId id) {
        return "%x:%s:%s"
                .formatted(id.formatId(), hex(id.globalTransactionId()), hex(id.branchQualifier()));
    }

    private static String hex(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return HexFormat.of().formatHex(copy);
    }

    void timesOut(Loop.Timer started) {
        timer = started;
    }

    void cancelTimeout() {
        timer.cancel();
    }

    /** Runs when the store has answered. */
    void await(Runnable then) {
        waiting.add(then);
    }

    void become(BranchState next, String reason) {
        branch.become(next, reason);
        if (!next.isOnItsWay()) {
            List<Runnable> due = List.copyOf(waiting);
            waiting.clear();
            due.forEach(Runnable::run);
        }
    }

    /** It can only be rolled back, and nothing is added to it any more. */
    void doom(XaResult result, String why) {
        branch.doom(result, why);
        work.end(
                RefusedException.of(
                        ErrorCode.ROLLED_BACK, "transaction branch %s: %s", nameOf(id), why));
    }

    @Override
    public String toString() {
        return "branch " + nameOf(id);
    }
}
