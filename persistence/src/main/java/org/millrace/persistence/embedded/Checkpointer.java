package org.millrace.persistence.embedded;

import java.util.ArrayList;
import java.util.List;
import org.millrace.persistence.BranchId;
import org.millrace.persistence.PreparedBranch;
import org.millrace.persistence.catalog.BranchRow;
import org.millrace.persistence.catalog.CatalogCheckpoint;
import org.millrace.persistence.catalog.CatalogState;
import org.millrace.persistence.catalog.CatalogState.LastStop;
import org.millrace.persistence.catalog.PartitionRow;
import org.millrace.persistence.catalog.RowChanges;
import org.millrace.persistence.journal.ChangeCodec;
import org.millrace.persistence.state.DirtyRows;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes and writes checkpoints: the state from which recovery replays the journal. {@link #take} on
 * the journal loop, {@link #write} on the flusher loop.
 */
final class Checkpointer {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpointer.class);

    private final EngineParts parts;
    private final Flusher flusher;

    Checkpointer(EngineParts parts, Flusher flusher) {
        this.parts = parts;
        this.flusher = flusher;
    }

    Checkpoint take(LastStop lastStop) {
        parts.state()
                .forEachDirtyMention(
                        (id, offset) -> {
                            PartitionLog log = parts.logs().log(id);
                            log.mention(offset);
                            parts.logs().touched(log);
                        });
        if (lastStop == LastStop.CLEAN) {
            // Non-persistent records may wait in tails that earlier checkpoints left alone.
            parts.logs().all().stream()
                    .filter(log -> log.tailBytes() > 0)
                    .forEach(parts.logs()::touched);
        }
        List<Checkpoint.Target> targets = new ArrayList<>();
        for (PartitionLog log : parts.logs().takeDirty()) {
            long flushTo = lastStop == LastStop.CLEAN ? log.endOffset() : log.persistentEnd();
            targets.add(new Checkpoint.Target(log, flushTo));
        }
        DirtyRows rows = parts.state().takeDirty();
        return new Checkpoint(
                parts.journal().position(), lastStop, rows, targets, rows.destinations().deleted());
    }

    /** Writes it; when that fails for lack of room, it may be written again. */
    void write(Checkpoint checkpoint) {
        long started = parts.loops().flusher().nanoTime();
        for (Checkpoint.Target target : checkpoint.partitions()) {
            flusher.flush(target.log(), target.flushTo());
        }
        for (Checkpoint.Target target : checkpoint.partitions()) {
            target.log().forceSegments();
        }
        CatalogCheckpoint written = catalogCheckpoint(checkpoint);
        parts.catalog().checkpoint(written);
        written.partitions().put().forEach(parts.logs()::checkpointed);
        parts.journal().recycleBefore(checkpoint.journalPosition());
        checkpoint.deletedDestinations().forEach(parts.store()::deleteDestination);
        LOG.debug(
                "checkpoint of {} partitions and {} cursors took {} ms",
                checkpoint.partitions().size(),
                checkpoint.rows().cursors().size(),
                (parts.loops().flusher().nanoTime() - started) / 1_000_000);
    }

    private static CatalogCheckpoint catalogCheckpoint(Checkpoint checkpoint) {
        DirtyRows rows = checkpoint.rows();
        List<PartitionRow> partitions =
                checkpoint.partitions().stream()
                        .map(Checkpoint.Target::log)
                        .filter(log -> !log.isDeleted())
                        .map(PartitionLog::row)
                        .toList();
        return new CatalogCheckpoint(
                new CatalogState(
                        rows.nextId(), checkpoint.journalPosition(), checkpoint.lastStop()),
                rows.destinations(),
                rows.subscriptions(),
                rows.producers(),
                branches(rows.branches()),
                RowChanges.of(partitions, List.of()),
                rows.cursors());
    }

    private static RowChanges<BranchRow, BranchId> branches(
            RowChanges<PreparedBranch, BranchId> branches) {
        List<BranchRow> put = new ArrayList<>();
        for (PreparedBranch branch : branches.put()) {
            put.add(new BranchRow(branch.branch(), ChangeCodec.encodeBranch(branch.changes())));
        }
        return RowChanges.of(put, branches.deleted());
    }

    static PreparedBranch branch(BranchRow row) {
        return new PreparedBranch(row.id(), ChangeCodec.decodeBranch(row.content()));
    }
}
