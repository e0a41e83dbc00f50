package org.millrace.persistence;

import java.util.List;

/** Changes that become durable together, whole or not at all, applied in order. Immutable. */
public record UnitOfWork(List<Change> changes) {
    public UnitOfWork {
        changes = List.copyOf(changes);
    }

    public static UnitOfWork of(Change... changes) {
        return new UnitOfWork(List.of(changes));
    }

    /**
     * Whether room is needed: units without appends are never refused for lack of room, nor are
     * those that end a prepared branch, which was promised that it can be committed.
     */
    public boolean needsRoom() {
        boolean needs = false;
        for (Change change : changes) {
            if (change instanceof Change.RemoveBranch || change instanceof Change.DecideBranch) {
                return false;
            }
            needs |= change instanceof Change.Append || change instanceof Change.PrepareBranch;
        }
        return needs;
    }
}
