package org.millrace.persistence.journal;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.millrace.persistence.BranchId;
import org.millrace.persistence.Change;
import org.millrace.persistence.CursorId;
import org.millrace.persistence.DestinationRow;
import org.millrace.persistence.OffsetRange;
import org.millrace.persistence.PartitionId;
import org.millrace.persistence.StorageException;
import org.millrace.persistence.SubscriptionRow;
import org.millrace.persistence.UnitOfWork;
import org.millrace.wire.record.RecordBatch;

/**
 * Encoding of units of work: a count and the changes, each a type byte and its fields in the order
 * of the record, numbers big-endian, byte strings and lists with an i32 length before them. Type
 * bytes are never reused.
 */
public final class ChangeCodec {
    private static final int APPEND = 1;
    private static final int SETTLE = 2;
    private static final int DELIVERY_COUNT = 3;
    private static final int DELIVERY_HORIZON = 4;
    private static final int RESET_CURSOR = 5;
    private static final int PUT_DESTINATION = 6;
    private static final int DELETE_DESTINATION = 7;
    private static final int PUT_SUBSCRIPTION = 8;
    private static final int DELETE_SUBSCRIPTION = 9;
    private static final int PREPARE_BRANCH = 10;
    private static final int REMOVE_BRANCH = 11;
    private static final int COMMIT_MARK = 12;
    private static final int FORGET_PRODUCER = 13;
    private static final int RESERVE_IDS = 14;
    private static final int DECIDE_BRANCH = 15;

    private ChangeCodec() {}

    /**
     * Adds one unit. Non-persistent appends are left out: they are not durable, by their nature.
     */
    public static void encode(UnitOfWork work, RoundBuffer out) {
        int journaled = 0;
        for (Change change : work.changes()) {
            journaled += isJournaled(change) ? 1 : 0;
        }
        out.putInt(journaled);
        for (Change change : work.changes()) {
            if (isJournaled(change)) {
                encode(change, out);
            }
        }
    }

    /** Whether nothing of the unit goes to the journal. */
    public static boolean isVolatile(UnitOfWork work) {
        for (Change change : work.changes()) {
            if (isJournaled(change)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isJournaled(Change change) {
        return !(change instanceof Change.Append append
                && append.durability() == Change.Durability.NON_PERSISTENT);
    }

    /** The changes of a prepared branch, as the catalog keeps them. */
    public static ByteBuffer encodeBranch(List<Change> changes) {
        RoundBuffer out = new RoundBuffer(1024);
        encodeAll(changes, out);
        ByteBuffer copy = ByteBuffer.allocate(out.bodyBytes());
        return copy.put(out.body()).flip();
    }

    private static void encodeAll(List<Change> changes, RoundBuffer out) {
        out.putInt(changes.size());
        for (Change change : changes) {
            encode(change, out);
        }
    }

    private static void encode(Change change, RoundBuffer out) {
        if (change instanceof Change.Append append) {
            out.putByte(APPEND);
            putPartition(append.partition(), out);
            out.putByte(append.durability() == Change.Durability.PERSISTENT ? 1 : 0);
            out.putBytes(append.batch().bytes());
        } else if (change instanceof Change.Settle settle) {
            out.putByte(SETTLE);
            putCursor(settle.cursor(), out);
            out.putInt(settle.offsets().size());
            for (OffsetRange range : settle.offsets()) {
                out.putLong(range.first());
                out.putLong(range.last());
            }
        } else if (change instanceof Change.DeliveryCount count) {
            out.putByte(DELIVERY_COUNT);
            putCursor(count.cursor(), out);
            out.putLong(count.offset());
            out.putInt(count.count());
        } else if (change instanceof Change.DeliveryHorizon horizon) {
            out.putByte(DELIVERY_HORIZON);
            putCursor(horizon.cursor(), out);
            out.putLong(horizon.horizon());
        } else if (change instanceof Change.ResetCursor reset) {
            out.putByte(RESET_CURSOR);
            putCursor(reset.cursor(), out);
            out.putLong(reset.floor());
        } else {
            encodeRow(change, out);
        }
    }

    private static void encodeRow(Change change, RoundBuffer out) {
        if (change instanceof Change.PutDestination put) {
            out.putByte(PUT_DESTINATION);
            out.putLong(put.row().id());
            out.putByte(put.row().kind() == DestinationRow.Kind.QUEUE ? 1 : 2);
            out.putString(put.row().name());
            out.putInt(put.row().partitions());
            putSettings(put.row().settings(), out);
        } else if (change instanceof Change.DeleteDestination delete) {
            out.putByte(DELETE_DESTINATION);
            out.putLong(delete.destinationId());
        } else if (change instanceof Change.PutSubscription put) {
            out.putByte(PUT_SUBSCRIPTION);
            out.putLong(put.row().id());
            out.putLong(put.row().destinationId());
            out.putString(put.row().name());
            putSettings(put.row().settings(), out);
        } else if (change instanceof Change.DeleteSubscription delete) {
            out.putByte(DELETE_SUBSCRIPTION);
            out.putLong(delete.subscriptionId());
        } else if (change instanceof Change.PrepareBranch prepare) {
            out.putByte(PREPARE_BRANCH);
            putBranch(prepare.branch(), out);
            encodeAll(prepare.changes(), out);
        } else if (change instanceof Change.RemoveBranch remove) {
            out.putByte(REMOVE_BRANCH);
            putBranch(remove.branch(), out);
        } else if (change instanceof Change.DecideBranch decided) {
            out.putByte(DECIDE_BRANCH);
            putBranch(decided.branch(), out);
            out.putByte(decided.decision() == Change.Decision.COMMIT ? 1 : 2);
        } else if (change instanceof Change.CommitMark mark) {
            out.putByte(COMMIT_MARK);
            out.putLong(mark.producerId());
            out.putLong(mark.commitNumber());
        } else if (change instanceof Change.ForgetProducer forget) {
            out.putByte(FORGET_PRODUCER);
            out.putLong(forget.producerId());
        } else if (change instanceof Change.ReserveIds reserve) {
            out.putByte(RESERVE_IDS);
            out.putLong(reserve.nextId());
        } else {
            throw new IllegalStateException("change of unknown kind: " + change);
        }
    }

    private static void putPartition(PartitionId id, RoundBuffer out) {
        out.putLong(id.destinationId());
        out.putInt(id.partition());
        out.putByte(id.lane());
    }

    private static void putCursor(CursorId id, RoundBuffer out) {
        out.putLong(id.subscriptionId());
        putPartition(id.partition(), out);
    }

    private static void putBranch(BranchId id, RoundBuffer out) {
        out.putInt(id.formatId());
        out.putBytes(id.globalTransactionId());
        out.putBytes(id.branchQualifier());
    }

    private static void putSettings(Map<String, String> settings, RoundBuffer out) {
        out.putInt(settings.size());
        new TreeMap<>(settings)
                .forEach(
                        (key, value) -> {
                            out.putString(key);
                            out.putString(value);
                        });
    }

    /**
     * Reads units until the buffer is used up.
     *
     * @throws StorageException when the bytes are not what {@link #encode} writes; their checksum
     *     was right, so they come from another version
     */
    public static List<UnitOfWork> decodeUnits(ByteBuffer in) {
        try {
            List<UnitOfWork> units = new ArrayList<>();
            while (in.hasRemaining()) {
                units.add(new UnitOfWork(list(in, ChangeCodec::decode)));
            }
            return units;
        } catch (BufferUnderflowException | IllegalArgumentException unreadable) {
            throw new StorageException(
                    "unit of work cannot be read (%s); was the journal written by a newer version? start with that one"
                            .formatted(unreadable),
                    unreadable);
        }
    }

    /** Reads what {@link #encodeBranch} wrote. */
    public static List<Change> decodeBranch(ByteBuffer content) {
        return list(content.duplicate(), ChangeCodec::decode);
    }

    private static Change decode(ByteBuffer in) {
        int type = in.get();
        return switch (type) {
            case APPEND -> append(in);
            case SETTLE -> new Change.Settle(cursor(in), list(in, ChangeCodec::range));
            case DELIVERY_COUNT -> new Change.DeliveryCount(cursor(in), in.getLong(), in.getInt());
            case DELIVERY_HORIZON -> new Change.DeliveryHorizon(cursor(in), in.getLong());
            case RESET_CURSOR -> new Change.ResetCursor(cursor(in), in.getLong());
            case PUT_DESTINATION -> new Change.PutDestination(destination(in));
            case DELETE_DESTINATION -> new Change.DeleteDestination(in.getLong());
            case PUT_SUBSCRIPTION ->
                    new Change.PutSubscription(
                            new SubscriptionRow(
                                    in.getLong(), in.getLong(), string(in), settings(in)));
            case DELETE_SUBSCRIPTION -> new Change.DeleteSubscription(in.getLong());
            case PREPARE_BRANCH ->
                    new Change.PrepareBranch(branch(in), list(in, ChangeCodec::decode));
            case DECIDE_BRANCH ->
                    new Change.DecideBranch(
                            branch(in),
                            in.get() == 1 ? Change.Decision.COMMIT : Change.Decision.ROLLBACK);
            case REMOVE_BRANCH -> new Change.RemoveBranch(branch(in));
            case COMMIT_MARK -> new Change.CommitMark(in.getLong(), in.getLong());
            case FORGET_PRODUCER -> new Change.ForgetProducer(in.getLong());
            case RESERVE_IDS -> new Change.ReserveIds(in.getLong());
            default -> throw new IllegalArgumentException("unknown change type " + type);
        };
    }

    private static Change append(ByteBuffer in) {
        PartitionId partition = partition(in);
        Change.Durability durability =
                in.get() == 1 ? Change.Durability.PERSISTENT : Change.Durability.NON_PERSISTENT;
        return new Change.Append(partition, RecordBatch.unchecked(bytes(in)), durability);
    }

    private static DestinationRow destination(ByteBuffer in) {
        long id = in.getLong();
        DestinationRow.Kind kind =
                in.get() == 1 ? DestinationRow.Kind.QUEUE : DestinationRow.Kind.TOPIC;
        return new DestinationRow(id, kind, string(in), in.getInt(), settings(in));
    }

    private static OffsetRange range(ByteBuffer in) {
        return new OffsetRange(in.getLong(), in.getLong());
    }

    private static PartitionId partition(ByteBuffer in) {
        return new PartitionId(in.getLong(), in.getInt(), in.get());
    }

    private static CursorId cursor(ByteBuffer in) {
        return new CursorId(in.getLong(), partition(in));
    }

    private static BranchId branch(ByteBuffer in) {
        return new BranchId(in.getInt(), bytes(in), bytes(in));
    }

    private static Map<String, String> settings(ByteBuffer in) {
        int count = length(in);
        Map<String, String> settings = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            settings.put(string(in), string(in));
        }
        return settings;
    }

    private static String string(ByteBuffer in) {
        return StandardCharsets.UTF_8.decode(bytes(in)).toString();
    }

    private static ByteBuffer bytes(ByteBuffer in) {
        byte[] copy = new byte[length(in)];
        in.get(copy);
        return ByteBuffer.wrap(copy);
    }

    private static <T> List<T> list(ByteBuffer in, Function<ByteBuffer, T> element) {
        int count = length(in);
        List<T> elements = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            elements.add(element.apply(in));
        }
        return elements;
    }

    private static int length(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new IllegalArgumentException(
                    "length %d with %d bytes left".formatted(length, in.remaining()));
        }
        return length;
    }
}
