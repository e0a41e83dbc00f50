package org.millrace.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.millrace.persistence.BranchId;
import org.millrace.persistence.Change;
import org.millrace.persistence.CursorId;
import org.millrace.persistence.DestinationRow;
import org.millrace.persistence.OffsetRange;
import org.millrace.persistence.PartitionId;
import org.millrace.persistence.StorageException;
import org.millrace.persistence.SubscriptionRow;
import org.millrace.persistence.UnitOfWork;
import org.millrace.persistence.contract.Batches;
import org.millrace.wire.record.RecordBatch;

class ChangeCodecTest {
    private static final PartitionId PARTITION = new PartitionId(7, 2, 4);
    private static final CursorId CURSOR = new CursorId(8, PARTITION);
    private static final BranchId BRANCH = new BranchId(3, bytes("global"), bytes("branch"));

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static UnitOfWork everyChange() {
        RecordBatch batch = Batches.sent(5, 1, 9, "body");
        batch.stampBaseOffset(4711);
        return UnitOfWork.of(
                new Change.Append(PARTITION, batch, Change.Durability.PERSISTENT),
                new Change.Settle(CURSOR, List.of(new OffsetRange(1, 3), OffsetRange.of(9))),
                new Change.DeliveryCount(CURSOR, 5, 2),
                new Change.DeliveryHorizon(CURSOR, 1024),
                new Change.ResetCursor(CURSOR, -1),
                new Change.PutDestination(
                        new DestinationRow(
                                7,
                                DestinationRow.Kind.TOPIC,
                                "orders-ö",
                                3,
                                Map.of("retention", "PT1H", "key", ""))),
                new Change.DeleteDestination(6),
                new Change.PutSubscription(
                        new SubscriptionRow(8, 7, "sub", Map.of("selector", "x > 1"))),
                new Change.DeleteSubscription(9),
                new Change.PrepareBranch(
                        BRANCH,
                        List.of(
                                new Change.Append(
                                        PARTITION,
                                        Batches.of("prepared"),
                                        Change.Durability.NON_PERSISTENT),
                                new Change.Settle(CURSOR, List.of(OffsetRange.of(4))))),
                new Change.RemoveBranch(BRANCH),
                new Change.CommitMark(5, 17),
                new Change.ForgetProducer(5),
                new Change.ReserveIds(4096));
    }

    private static ByteBuffer encode(UnitOfWork unit) {
        RoundBuffer round = new RoundBuffer(64);
        ChangeCodec.encode(unit, round);
        return round.body();
    }

    private static String hex(ByteBuffer bytes) {
        byte[] array = new byte[bytes.remaining()];
        bytes.duplicate().get(array);
        return HexFormat.of().formatHex(array);
    }

    /** Golden file: a unit that any later version must still read, and this one writes so. */
    @Test
    void everyChangeIsEncodedAsInTheGoldenFile() throws IOException {
        String golden = golden().replaceAll("\\s", "");

        assertThat(hex(encode(everyChange()))).isEqualTo(golden);
        ByteBuffer stored = ByteBuffer.wrap(HexFormat.of().parseHex(golden));
        List<UnitOfWork> read = ChangeCodec.decodeUnits(stored);
        assertThat(read).hasSize(1);
        assertThat(read.get(0).changes()).hasSize(14);
        assertThat(hex(encode(read.get(0)))).isEqualTo(golden);
        Change.PutDestination put = (Change.PutDestination) read.get(0).changes().get(5);
        assertThat(put.row().settings()).containsEntry("retention", "PT1H");
        assertThat(read.get(0).changes().get(1)).isEqualTo(everyChange().changes().get(1));
    }

    private static String golden() throws IOException {
        try (InputStream in = ChangeCodecTest.class.getResourceAsStream("/golden/changes-1.hex")) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void nonPersistentAppendsAreLeftOut() {
        Change.Append gone =
                new Change.Append(PARTITION, Batches.of("x"), Change.Durability.NON_PERSISTENT);
        Change.Settle kept = new Change.Settle(CURSOR, List.of(OffsetRange.of(4)));

        assertThat(ChangeCodec.decodeUnits(encode(UnitOfWork.of(gone, kept))))
                .containsExactly(UnitOfWork.of(kept));
        assertThat(ChangeCodec.isVolatile(UnitOfWork.of(gone, gone))).isTrue();
        assertThat(ChangeCodec.isVolatile(UnitOfWork.of(gone, kept))).isFalse();
    }

    @Test
    void unitOfAnotherVersionIsRefused() {
        ByteBuffer unknown = ByteBuffer.wrap(new byte[] {0, 0, 0, 1, 99});
        ByteBuffer cut = encode(everyChange()).limit(40);

        assertThatThrownBy(() -> ChangeCodec.decodeUnits(unknown))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("unknown change type 99");
        assertThatThrownBy(() -> ChangeCodec.decodeUnits(cut)).isInstanceOf(StorageException.class);
    }
}
