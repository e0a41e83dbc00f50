package org.millrace.broker.transaction;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import org.millrace.foundation.Check;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state machine of one transaction branch: its {@link BranchState}, which sessions ({@code W})
 * are associated with it, whether it can only be rolled back. Pure: no time, no I/O, no messages.
 * Confined to the broker loop.
 *
 * <p>Rules of the X/Open XA specification, chapter 6; a call that they forbid throws {@link
 * XaRefusal} and changes nothing.
 */
final class Branch<W> {
    /** How a session ends its work in a branch. */
    enum Ending {
        SUCCESS,
        FAIL,
        SUSPEND
    }

    private enum Association {
        WORKING,
        SUSPENDED
    }

    /** Why it can only be rolled back. */
    private record Doom(XaResult result, String why) {}

    private static final Logger LOG = LoggerFactory.getLogger(Branch.class);

    private final String name;
    private final Map<W, Association> associations = new IdentityHashMap<>();
    private BranchState state;
    private Optional<Doom> doom = Optional.empty();

    /** A new branch without associations, or one that is in doubt since an earlier run. */
    Branch(String name, BranchState state) {
        this.name = name;
        this.state = state;
    }

    BranchState state() {
        return state;
    }

    boolean isDoomed() {
        return doom.isPresent();
    }

    /** START and JOIN: the session works in it from now on. */
    void join(W session) {
        checkOpen("joined");
        checkNotDoomed();
        if (associations.containsKey(session)) {
            throw refused("joined by a session that has %s it", associations.get(session));
        }
        associations.put(session, Association.WORKING);
    }

    void resume(W session) {
        checkOpen("resumed");
        if (associations.get(session) != Association.SUSPENDED) {
            throw refused("resumed by a session that has not suspended it");
        }
        checkNotDoomed();
        associations.put(session, Association.WORKING);
    }

    /**
     * The session works in it no more; of a doomed branch says so then.
     *
     * @return whether it was working in it until now
     */
    boolean end(W session, Ending how) {
        Association was = associations.get(session);
        if (was == null || (how == Ending.SUSPEND && was != Association.WORKING)) {
            throw refused("ended (%s) by a session that does not work in it", how);
        }
        if (how == Ending.SUSPEND && doom.isEmpty()) {
            associations.put(session, Association.SUSPENDED);
        } else {
            associations.remove(session);
        }
        return was == Association.WORKING;
    }

    /** The session is gone; whether it was associated. */
    boolean leave(W session) {
        return associations.remove(session) != null;
    }

    /** From now on it can only be rolled back; the first reason stays. */
    void doom(XaResult result, String why) {
        if (doom.isEmpty()) {
            LOG.debug("branch {}: can only be rolled back ({})", name, why);
            doom = Optional.of(new Doom(result, why));
        }
    }

    /**
     * @throws XaRefusal when it can only be rolled back
     */
    void checkNotDoomed() {
        if (doom.isPresent()) {
            throw XaRefusal.of(doom.get().result(), "branch %s: %s", name, doom.get().why());
        }
    }

    private void checkOpen(String what) {
        if (state != BranchState.OPEN) {
            throw refused("%s", what);
        }
    }

    /** For prepare and for a commit in one phase. */
    void checkReadyToEnd(String what) {
        checkOpen(what);
        if (!associations.isEmpty()) {
            throw refused("%s while %d sessions are associated with it", what, associations.size());
        }
    }

    void checkPrepared(String what) {
        if (state != BranchState.PREPARED) {
            throw refused("%s before it was prepared", what);
        }
    }

    /** Suspended work does not keep it from being rolled back, work under way does. */
    void checkMayRollBack() {
        if (state != BranchState.PREPARED && state != BranchState.OPEN) {
            throw refused("rolled back");
        }
        if (associations.containsValue(Association.WORKING)) {
            throw refused("rolled back while a session works in it");
        }
    }

    void checkMayBeForgotten() {
        if (state != BranchState.DECIDED) {
            throw refused("forgotten, but nobody decided it heuristically");
        }
    }

    private XaRefusal refused(String format, Object... arguments) {
        return XaRefusal.of(
                XaResult.PROTOCOL,
                "branch %s is %s%s and cannot be %s",
                name,
                state,
                associations.isEmpty() ? "" : " " + associations.values(),
                format.formatted(arguments));
    }

    void become(BranchState next, String reason) {
        Check.invariant(
                state.canBecome(next), "branch %s: %s -> %s (%s)", name, state, next, reason);
        LOG.debug("branch {}: {} -> {} ({})", name, state, next, reason);
        state = next;
    }
}
