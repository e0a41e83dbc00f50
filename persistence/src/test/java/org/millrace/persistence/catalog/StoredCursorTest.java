package org.millrace.persistence.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.persistence.CursorId;
import org.millrace.persistence.CursorState;
import org.millrace.persistence.OffsetRange;
import org.millrace.persistence.PartitionId;

class StoredCursorTest {
    private static final CursorId ID = new CursorId(3, new PartitionId(1, 0, 4));
    private static final int SPAN = 4 * CursorChunk.OFFSETS;

    /** Settles, counts, moves the horizon, rarely resets; around the floor and far above it. */
    static void randomStep(Random random, StoredCursor cursor) {
        long near = cursor.floor() + 1 + random.nextInt(random.nextBoolean() ? 40 : SPAN);
        switch (random.nextInt(40)) {
            case 0 -> cursor.reset(random.nextInt(SPAN));
            case 1, 2 -> cursor.moveHorizon(near);
            case 3, 4, 5, 6, 7 -> cursor.count(near, 1 + random.nextInt(20));
            case 8 -> cursor.settle(new OffsetRange(near, near + random.nextInt(SPAN)));
            default -> cursor.settle(new OffsetRange(near, near + random.nextInt(8)));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void settlesLikeASetOfOffsets(long seed) {
        Random random = new Random(seed);
        StoredCursor cursor = StoredCursor.fresh(ID);
        TreeSet<Long> settled = new TreeSet<>();
        TreeMap<Long, Integer> counts = new TreeMap<>();
        for (int step = 0; step < 3_000; step++) {
            long at = Math.max(0, cursor.floor() - 5 + random.nextInt(300));
            if (random.nextInt(4) == 0) {
                cursor.count(at, step);
                if (!settled.contains(at)) {
                    counts.put(at, step);
                }
            } else {
                OffsetRange range = new OffsetRange(at, at + random.nextInt(4));
                cursor.settle(range);
                for (long offset = range.first(); offset <= range.last(); offset++) {
                    settled.add(offset);
                    counts.remove(offset);
                }
            }
            long floor = -1;
            while (settled.contains(floor + 1)) {
                floor++;
            }
            assertThat(cursor.floor()).isEqualTo(floor);
            assertThat(cursor.isSettled(at)).isEqualTo(settled.contains(at));
        }
        CursorState state = cursor.state();
        assertThat(expand(state.settledAbove()))
                .isEqualTo(new ArrayList<>(settled.tailSet(cursor.floor() + 1)));
        assertThat(state.deliveryCounts()).isEqualTo(counts);
    }

    private static List<Long> expand(List<OffsetRange> ranges) {
        List<Long> offsets = new ArrayList<>();
        for (OffsetRange range : ranges) {
            for (long offset = range.first(); offset <= range.last(); offset++) {
                offsets.add(offset);
            }
        }
        return offsets;
    }

    @Test
    void oneAcknowledgementMakesOneChunkDirty() {
        StoredCursor cursor = StoredCursor.fresh(ID);
        for (long offset = 1; offset < 10L * CursorChunk.OFFSETS; offset += 2) {
            cursor.settle(OffsetRange.of(offset));
        }
        assertThat(cursor.takeRow().chunks()).hasSize(10);

        cursor.settle(OffsetRange.of(5L * CursorChunk.OFFSETS));

        CursorRow row = cursor.takeRow();
        assertThat(row.scope()).isEqualTo(CursorRow.Scope.CHANGED_CHUNKS);
        assertThat(row.chunks()).extracting(CursorChunk::number).containsExactly(5L);
        assertThat(PackedNumbers.encodeBitmap(row.chunks().get(0).settled())).hasSizeLessThan(8300);
        assertThat(cursor.isDirty()).isFalse();
    }

    @Test
    void highestOffsetCoversAllThatIsMentioned() {
        StoredCursor cursor = StoredCursor.fresh(ID);
        assertThat(cursor.highestOffset()).isEqualTo(-1);
        cursor.settle(OffsetRange.of(100_000));
        cursor.count(200_000, 2);
        assertThat(cursor.highestOffset()).isEqualTo(200_000);
        cursor.moveHorizon(300_000);
        assertThat(cursor.highestOffset()).isEqualTo(299_999);
    }
}
