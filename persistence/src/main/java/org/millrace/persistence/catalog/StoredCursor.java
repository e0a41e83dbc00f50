package org.millrace.persistence.catalog;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.millrace.persistence.CursorId;
import org.millrace.persistence.CursorState;
import org.millrace.persistence.OffsetRange;
import org.roaringbitmap.RoaringBitmap;

/**
 * Durable side of a cursor: what the journal adds up to, with a note of which chunks changed since
 * the last checkpoint. Confined to the thread that applies the journal.
 *
 * <p>Pure: no files, no clock. Settling what is settled, or counting what is settled, changes
 * nothing, so that the journal can be replayed over a checkpoint that already holds a part of it.
 */
public final class StoredCursor {
    private final CursorId id;
    private final TreeMap<Long, RoaringBitmap> settled = new TreeMap<>();
    private final TreeMap<Long, Integer> counts = new TreeMap<>();
    private final Set<Long> dirtyChunks = new HashSet<>();
    private long floor;
    private long horizon;
    private boolean dirty;
    private CursorRow.Scope scope;

    private StoredCursor(CursorId id, long floor, long horizon, CursorRow.Scope scope) {
        this.id = id;
        this.floor = floor;
        this.horizon = horizon;
        this.scope = scope;
    }

    /** A cursor that the catalog does not know: nothing settled. */
    public static StoredCursor fresh(CursorId id) {
        return new StoredCursor(id, -1, 0, CursorRow.Scope.ALL_CHUNKS);
    }

    /** The cursor as {@link Catalog#cursors} gave it. */
    public static StoredCursor of(CursorState state) {
        StoredCursor cursor =
                new StoredCursor(
                        state.id(), state.floor(), state.horizon(), CursorRow.Scope.CHANGED_CHUNKS);
        for (OffsetRange range : state.settledAbove()) {
            cursor.mark(range.first(), range.last());
        }
        cursor.counts.putAll(state.deliveryCounts());
        cursor.dirtyChunks.clear();
        return cursor;
    }

    public CursorId id() {
        return id;
    }

    public long floor() {
        return floor;
    }

    public long horizon() {
        return horizon;
    }

    public boolean isSettled(long offset) {
        if (offset <= floor) {
            return true;
        }
        RoaringBitmap chunk = settled.get(CursorChunk.numberOf(offset));
        return chunk != null && chunk.contains(indexOf(offset));
    }

    /** Highest offset that the cursor mentions; {@code -1} when it mentions none. */
    public long highestOffset() {
        long highest = Math.max(floor, horizon - 1);
        if (!settled.isEmpty()) {
            long chunk = settled.lastKey();
            highest = Math.max(highest, chunk * CursorChunk.OFFSETS + settled.get(chunk).last());
        }
        return counts.isEmpty() ? highest : Math.max(highest, counts.lastKey());
    }

    public void settle(OffsetRange range) {
        dirty = true;
        dropCounts(range);
        if (range.first() <= floor + 1) {
            raiseFloor(range.last());
        } else {
            mark(range.first(), range.last());
        }
    }

    private void dropCounts(OffsetRange range) {
        SortedMap<Long, Integer> gone = counts.subMap(range.first(), range.last() + 1);
        gone.keySet().forEach(offset -> dirtyChunks.add(CursorChunk.numberOf(offset)));
        gone.clear();
    }

    private void raiseFloor(long to) {
        floor = Math.max(floor, to);
        while (isMarked(floor + 1)) {
            long number = CursorChunk.numberOf(floor + 1);
            long next = settled.get(number).nextAbsentValue(indexOf(floor + 1));
            floor = number * CursorChunk.OFFSETS + next - 1;
        }
        long chunkOfFloor = CursorChunk.numberOf(floor);
        settled.headMap(chunkOfFloor).clear();
        dirtyChunks.removeIf(number -> number < chunkOfFloor);
        RoaringBitmap atFloor = settled.get(chunkOfFloor);
        if (atFloor != null) {
            atFloor.remove(0L, indexOf(floor) + 1L);
            dirtyChunks.add(chunkOfFloor);
            if (atFloor.isEmpty()) {
                settled.remove(chunkOfFloor);
            }
        }
    }

    private boolean isMarked(long offset) {
        RoaringBitmap chunk = settled.get(CursorChunk.numberOf(offset));
        return chunk != null && chunk.contains(indexOf(offset));
    }

    private void mark(long first, long last) {
        for (long number = CursorChunk.numberOf(first);
                number <= CursorChunk.numberOf(last);
                number++) {
            long base = number * CursorChunk.OFFSETS;
            long from = Math.max(first, base) - base;
            long to = Math.min(last - base, CursorChunk.OFFSETS - 1L);
            settled.computeIfAbsent(number, absent -> new RoaringBitmap()).add(from, to + 1);
            dirtyChunks.add(number);
        }
    }

    public void count(long offset, int deliveries) {
        if (!isSettled(offset)) {
            counts.put(offset, deliveries);
            dirtyChunks.add(CursorChunk.numberOf(offset));
            dirty = true;
        }
    }

    public void moveHorizon(long to) {
        if (to != horizon) {
            horizon = to;
            dirty = true;
        }
    }

    /** The floor as given, all below settled, all above not; counts and horizon are dropped. */
    public void reset(long newFloor) {
        settled.clear();
        counts.clear();
        dirtyChunks.clear();
        floor = newFloor;
        horizon = 0;
        scope = CursorRow.Scope.ALL_CHUNKS;
        dirty = true;
    }

    /** Whether {@link #takeRow} has something to say. */
    public boolean isDirty() {
        return dirty;
    }

    /** What changed since the last call, as copies; the cursor counts as clean from now on. */
    public CursorRow takeRow() {
        List<CursorChunk> chunks = new ArrayList<>();
        for (long number : dirtyChunks) {
            chunks.add(chunk(number));
        }
        CursorRow row = new CursorRow(id, floor, horizon, scope, chunks);
        dirtyChunks.clear();
        dirty = false;
        scope = CursorRow.Scope.CHANGED_CHUNKS;
        return row;
    }

    private CursorChunk chunk(long number) {
        RoaringBitmap bitmap = settled.get(number);
        long first = number * CursorChunk.OFFSETS;
        return new CursorChunk(
                number,
                bitmap == null ? new RoaringBitmap() : bitmap.clone(),
                new TreeMap<>(counts.subMap(first, first + CursorChunk.OFFSETS)));
    }

    /** Snapshot of the whole cursor. */
    public CursorState state() {
        TreeMap<Long, CursorChunk> chunks = new TreeMap<>();
        settled.keySet().forEach(number -> chunks.put(number, chunk(number)));
        counts.keySet()
                .forEach(
                        offset ->
                                chunks.computeIfAbsent(CursorChunk.numberOf(offset), this::chunk));
        return CursorStates.of(id, floor, horizon, chunks.values());
    }

    private static int indexOf(long offset) {
        return (int) Math.floorMod(offset, (long) CursorChunk.OFFSETS);
    }
}
