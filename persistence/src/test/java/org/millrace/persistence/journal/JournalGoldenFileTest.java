package org.millrace.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.millrace.persistence.Change;
import org.millrace.persistence.StorageFile;
import org.millrace.persistence.UnitOfWork;
import org.millrace.persistence.simulation.FaultyStorageIo;

/**
 * A journal file of the first version, byte for byte. Lines of the golden file: position, then
 * bytes; everything else is zero.
 */
class JournalGoldenFileTest {
    private static final int FILE_BYTES = 8192;
    private static final int LINE_BYTES = 32;
    private static final String FILE = JournalFile.nameOf(1);

    private final FaultyStorageIo disk = new FaultyStorageIo(new SplittableRandom(1));
    private final Journal journal = new Journal(disk, FILE_BYTES);

    @Test
    void fileIsWrittenAsInTheGoldenFile() throws IOException {
        journal.open(0, body -> {});
        RoundBuffer round = new RoundBuffer(1024);
        for (long first = 1; first <= 5; first += 2) {
            round.clear();
            ChangeCodec.encode(UnitOfWork.of(new Change.ReserveIds(first)), round);
            ChangeCodec.encode(UnitOfWork.of(new Change.DeleteSubscription(first + 1)), round);
            journal.append(round);
        }

        assertThat(String.join("\n", lines())).isEqualTo(golden().strip());
    }

    @Test
    void goldenFileIsRead() throws IOException {
        try (StorageFile file = disk.create(FILE)) {
            file.zeroFill(FILE_BYTES);
            for (String line : golden().strip().split("\n")) {
                String[] parts = line.split(" ");
                file.write(
                        ByteBuffer.wrap(HexFormat.of().parseHex(parts[1])),
                        Long.parseLong(parts[0]));
            }
        }
        List<UnitOfWork> units = new ArrayList<>();

        Journal.Opened opened =
                journal.open(0, body -> units.addAll(ChangeCodec.decodeUnits(body)));

        assertThat(opened).isEqualTo(new Journal.Opened(3, 1));
        assertThat(units)
                .hasSize(6)
                .startsWith(UnitOfWork.of(new Change.ReserveIds(1)))
                .endsWith(UnitOfWork.of(new Change.DeleteSubscription(6)));
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        try (StorageFile file = disk.open(FILE)) {
            for (long position = 0; position < file.size(); position += LINE_BYTES) {
                ByteBuffer line = ByteBuffer.allocate(LINE_BYTES);
                file.read(line, position);
                String hex = HexFormat.of().formatHex(line.array());
                if (!hex.matches("0*")) {
                    lines.add("%05d %s".formatted(position, hex));
                }
            }
        }
        return lines;
    }

    private static String golden() throws IOException {
        try (InputStream in =
                JournalGoldenFileTest.class.getResourceAsStream("/golden/journal-1.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
