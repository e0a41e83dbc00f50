package org.millrace.persistence.embedded;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.millrace.persistence.Change;
import org.millrace.persistence.EngineFailedException;
import org.millrace.persistence.Recovered;
import org.millrace.persistence.StorageIo;
import org.millrace.persistence.UnitOfWork;
import org.millrace.persistence.catalog.Catalog;
import org.millrace.persistence.catalog.CatalogContents;
import org.millrace.persistence.catalog.CatalogState.LastStop;
import org.millrace.persistence.journal.ChangeCodec;
import org.millrace.persistence.journal.Journal;
import org.millrace.persistence.journal.RoundBuffer;
import org.millrace.persistence.segment.SegmentStore;
import org.millrace.persistence.state.DurableState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a store, as a checklist; {@link #run} says the order. Confined to the thread that calls
 * {@link org.millrace.persistence.LogEngine#recover}; nothing else runs meanwhile.
 *
 * <p>A step that fails leaves the store as it was found, except for a torn tail that was passed
 * over and segments that were cut back to the checkpoint; everything opened is closed again.
 */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
    private static final String LOCK_FILE = "lock";

    /**
     * An open store.
     *
     * @param unlock releases it for other brokers
     */
    record Result(EngineParts parts, Flusher flusher, Recovered recovered, StorageIo.Lock unlock) {}

    private final EngineSettings settings;
    private final StorageIo io;
    private final Catalog catalog;
    private final EngineLoops loops;
    private final Poison poison;
    private EngineParts parts;
    private Flusher flusher;
    private long replayedUnits;

    Recovery(
            EngineSettings settings,
            StorageIo io,
            Catalog catalog,
            EngineLoops loops,
            Consumer<EngineFailedException> onFailure) {
        this.settings = settings;
        this.io = io;
        this.catalog = catalog;
        this.loops = loops;
        this.poison = new Poison(onFailure);
    }

    Result run() {
        long started = loops.flusher().nanoTime();
        StorageIo.Lock lock = step("lock", () -> io.lock(LOCK_FILE));
        try {
            CatalogContents contents = step("catalog", catalog::open);
            step("rows", () -> restore(contents));
            Journal.Opened replayed = step("journal", () -> replay(contents));
            step("offsets", this::raiseOffsets);
            step("mark", this::markOpened);
            parts.room().refresh();
            boolean cleanStop =
                    contents.state().lastStop() == LastStop.CLEAN && replayed.rounds() == 0;
            LOG.info(
                    "store {} opened in {} ms after {} stop",
                    io.location(),
                    millisSince(started),
                    cleanStop ? "an orderly" : "an unclean");
            return new Result(parts, flusher, parts.state().recovered(cleanStop), lock);
        } catch (RuntimeException | Error failure) {
            giveUp(lock, failure);
            throw failure;
        }
    }

    private <T> T step(String name, Supplier<T> work) {
        long started = loops.flusher().nanoTime();
        T found = work.get();
        LOG.info("recovery, {}: {} in {} ms", name, describe(found), millisSince(started));
        return found;
    }

    private long millisSince(long startedNanos) {
        return (loops.flusher().nanoTime() - startedNanos) / 1_000_000;
    }

    private String describe(Object found) {
        if (found instanceof CatalogContents contents) {
            return "%d destinations, %d subscriptions, %d branches, %d producers, %d partitions, last stop %s"
                    .formatted(
                            contents.destinations().size(),
                            contents.subscriptions().size(),
                            contents.branches().size(),
                            contents.producers().size(),
                            contents.partitions().size(),
                            contents.state().lastStop());
        }
        if (found instanceof Journal.Opened opened) {
            return "%d units in %d rounds since the checkpoint, %d files, %d bytes in memory"
                    .formatted(
                            replayedUnits,
                            opened.rounds(),
                            opened.files(),
                            parts.logs().tailBytes());
        }
        return found instanceof StorageIo.Lock ? io.location() + " is ours" : found.toString();
    }

    private String restore(CatalogContents contents) {
        Recovered rows =
                new Recovered(
                        contents.storeId(),
                        contents.destinations(),
                        contents.subscriptions(),
                        contents.branches().stream().map(Checkpointer::branch).toList(),
                        contents.producers(),
                        contents.state().nextId(),
                        true);
        SegmentStore store = new SegmentStore(io, settings.segments());
        PartitionLogs logs = new PartitionLogs(store);
        contents.partitions().forEach(logs::restore);
        parts =
                new EngineParts(
                        settings,
                        loops,
                        io,
                        catalog,
                        new Journal(io, settings.journalFileBytes()),
                        store,
                        new DurableState(rows, catalog::cursors),
                        logs,
                        new Room(io, settings.reserveBytes()),
                        poison);
        flusher = new Flusher(logs, settings.tailBytes());
        return "restored, no partition opened";
    }

    private Journal.Opened replay(CatalogContents contents) {
        return parts.journal().open(contents.state().journalPosition(), this::replayRound);
    }

    private void replayRound(ByteBuffer body) {
        List<UnitOfWork> units = ChangeCodec.decodeUnits(body);
        for (UnitOfWork unit : units) {
            unit.changes().forEach(this::replay);
        }
        replayedUnits += units.size();
        flusher.flushToBudget();
    }

    private void replay(Change change) {
        if (change instanceof Change.Append append) {
            PartitionLog log = parts.logs().log(append.partition());
            log.replay(append.batch());
            parts.logs().touched(log);
        } else if (change instanceof Change.DeleteDestination delete) {
            parts.logs().deleteDestination(delete.destinationId());
        }
        parts.state().apply(change);
    }

    /** No offset that a cursor mentions is given out again, even if its record is lost. */
    private String raiseOffsets() {
        parts.state()
                .forEachMention(
                        (id, offset) -> {
                            if (offset > 0) {
                                parts.logs().log(id).mention(offset);
                            }
                        });
        parts.logs().all().forEach(PartitionLog::skipMentioned);
        parts.state().endReplay();
        return "above all cursors";
    }

    /** An empty round: the catalog's word that the last stop was orderly holds only before it. */
    private String markOpened() {
        parts.journal().append(new RoundBuffer(64));
        parts.journal().force();
        return "journal is writable";
    }

    private void giveUp(StorageIo.Lock lock, Throwable because) {
        release(lock, because);
        release(catalog, because);
        if (parts != null) {
            release(parts.journal(), because);
        }
    }

    private static void release(AutoCloseable open, Throwable because) {
        try {
            open.close();
        } catch (Exception alsoFailed) {
            because.addSuppressed(alsoFailed);
        }
    }
}
