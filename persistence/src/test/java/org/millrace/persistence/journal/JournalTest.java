package org.millrace.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.millrace.persistence.StorageException;
import org.millrace.persistence.StorageFile;
import org.millrace.persistence.simulation.FaultyStorageIo;

class JournalTest {
    private static final int FILE_BYTES = 16 * 1024;
    private static final String FIRST = JournalFile.nameOf(1);
    private static final String SECOND = JournalFile.nameOf(2);

    private final FaultyStorageIo disk = new FaultyStorageIo(new SplittableRandom(1));
    private final RoundBuffer round = new RoundBuffer(1024);
    private Journal journal = new Journal(disk, FILE_BYTES);

    private void append(String text) {
        round.clear();
        round.putString(text);
        journal.append(round);
        journal.force();
    }

    private List<String> open(long from) {
        disk.kill();
        journal = new Journal(disk, FILE_BYTES);
        List<String> rounds = new ArrayList<>();
        journal.open(from, body -> rounds.add(text(body)));
        return rounds;
    }

    private static String text(ByteBuffer body) {
        byte[] bytes = new byte[body.getInt()];
        body.get(bytes);
        return new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
    }

    private void overwrite(String name, long position, int xor) {
        try (StorageFile file = disk.open(name)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            file.read(one, position);
            one.put(0, (byte) (one.get(0) ^ xor)).flip();
            file.write(one, position);
        }
    }

    @Test
    void roundsAreReadBackInOrder() {
        assertThat(open(0)).isEmpty();
        append("a");
        append("b");

        assertThat(open(0)).containsExactly("a", "b");
        append("c");
        assertThat(open(0)).containsExactly("a", "b", "c");
    }

    @Test
    void roundsContinueInTheNextFile() {
        open(0);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            expected.add(i + "-".repeat(2_000));
            append(expected.get(i));
            journal.prepareNext();
        }

        assertThat(disk.list("journal")).hasSizeGreaterThan(5);
        assertThat(open(0)).isEqualTo(expected);
    }

    @Test
    void roundLargerThanAFileGetsAFileOfItsOwn() {
        open(0);
        append("small");
        journal.prepareNext();
        String large = "x".repeat(3 * FILE_BYTES);
        append(large);
        append("after");

        assertThat(open(0)).containsExactly("small", large, "after");
    }

    @Test
    void filesBeforeACheckpointAreRecycledAndTheirBytesNeverTakenForNewOnes() {
        open(0);
        long checkpoint = 0;
        for (int i = 0; i < 200; i++) {
            append(i + "-".repeat(1_500));
            if (i % 20 == 19) {
                checkpoint = journal.position();
                journal.recycleBefore(checkpoint);
                journal.prepareNext();
            }
        }
        append("after");

        assertThat(disk.list("journal").size()).isLessThan(8);
        assertThat(open(checkpoint)).containsExactly("after");
    }

    @Test
    void missingFileIsRefused() {
        open(0);
        for (int i = 0; i < 30; i++) {
            append(i + "-".repeat(2_000));
        }
        long position = journal.position();
        disk.delete(SECOND);

        assertThatThrownBy(() -> open(0))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(SECOND + " is missing");
        for (String name : disk.list("journal")) {
            disk.delete("journal/" + name);
        }
        assertThatThrownBy(() -> open(position)).hasMessageContaining("is missing");
    }

    @Test
    void journalCutAtAnyByteKeepsTheRoundsBefore() {
        for (long cut = JournalFile.HEADER_BYTES; cut <= JournalFile.HEADER_BYTES + 200; cut++) {
            long[] ends = threeRounds();
            try (StorageFile file = disk.open(FIRST)) {
                file.truncate(cut);
            }
            long size = cut;
            long intact = java.util.Arrays.stream(ends).filter(end -> end <= size).count();

            assertThat(open(0)).as("cut at %d", cut).hasSize((int) intact);
            append("next");
            assertThat(open(0)).as("cut at %d", cut).hasSize((int) intact + 1).endsWith("next");
        }
    }

    @Test
    void journalDamagedAtAnyByteIsRefusedUnlessItMayBeATornTail() {
        long[] ends = threeRounds();
        for (long at = JournalFile.HEADER_BYTES; at < ends[2]; at++) {
            threeRounds();
            overwrite(FIRST, at, 0x41);
            long position = at;
            if (at >= ends[1]) {
                assertThat(open(0)).as("damage at %d", at).containsExactly("one!", "two!");
            } else {
                String place = "position " + (at < ends[0] ? JournalFile.HEADER_BYTES : ends[0]);
                assertThatThrownBy(() -> open(0))
                        .as("damage at %d", position)
                        .isInstanceOf(StorageException.class)
                        .hasMessageContaining(FIRST)
                        .hasMessageContaining(place)
                        .hasMessageContaining("truncate it to");
            }
        }
    }

    /** Ends of the payload of three rounds in a new journal; none needs padding. */
    private long[] threeRounds() {
        disk.kill();
        for (String name : disk.list("journal")) {
            disk.delete("journal/" + name);
        }
        open(0);
        long[] ends = new long[3];
        String[] texts = {"one!", "two!", "a third round that is longer"};
        for (int i = 0; i < 3; i++) {
            append(texts[i]);
            ends[i] = JournalPosition.offsetOf(journal.position());
        }
        return new long[] {ends[0], ends[1], ends[2]};
    }

    @Test
    void damagedHeaderIsRefused() {
        for (long at = 0; at < 24; at++) {
            threeRounds();
            overwrite(FIRST, at, 0x41);
            assertThatThrownBy(() -> open(0))
                    .as("damage at %d", at)
                    .hasMessageContaining(FIRST)
                    .hasMessageContaining("restore the file");
        }
    }

    @Test
    void lossAtTheEndOfAFileIsSeenByTheNextOne() {
        open(0);
        long lastInFirst = JournalFile.HEADER_BYTES;
        while (!disk.exists(SECOND)) {
            long before = JournalPosition.offsetOf(journal.position());
            append("-".repeat(1_000));
            lastInFirst = disk.exists(SECOND) ? lastInFirst : before;
        }
        append("more");
        overwrite(FIRST, lastInFirst + 30, 0x41);

        long damaged = lastInFirst;
        assertThatThrownBy(() -> open(0))
                .hasMessageContaining(FIRST)
                .hasMessageContaining("position " + damaged)
                .hasMessageContaining(SECOND);
    }

    @Test
    void salvageByTruncatingKeepsWhatLiesBefore() {
        long[] ends = threeRounds();
        overwrite(FIRST, ends[0] + 25, 0x41);
        assertThatThrownBy(() -> open(0)).hasMessageContaining("truncate it to " + ends[0]);

        try (StorageFile file = disk.open(FIRST)) {
            file.truncate(ends[0]);
        }

        assertThat(open(0)).containsExactly("one!");
        append("new");
        assertThat(open(0)).containsExactly("one!", "new");
    }
}
