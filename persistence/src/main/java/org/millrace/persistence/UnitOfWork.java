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

    /** Whether room is needed: units without appends are never refused for lack of room. */
    public boolean needsRoom() {
        for (Change change : changes) {
            if (change instanceof Change.Append || change instanceof Change.PrepareBranch) {
                return true;
            }
        }
        return false;
    }
}
