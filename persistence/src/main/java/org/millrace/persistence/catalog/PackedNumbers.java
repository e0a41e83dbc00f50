package org.millrace.persistence.catalog;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.millrace.persistence.OffsetRange;
import org.millrace.persistence.StorageException;
import org.roaringbitmap.RoaringBitmap;

/**
 * Binary columns of the catalog. Pure.
 *
 * <p>Numbers are unsigned base-128, low 7 bits first. Ranges are pairs (gap since the end of the
 * last range, length - 1). Counts are pairs (gap since the last offset, count), beginning at the
 * first offset of the chunk. Bitmaps are in the portable format of RoaringBitmap.
 */
final class PackedNumbers {
    private PackedNumbers() {}

    static byte[] encodeRanges(List<OffsetRange> ranges) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long next = 0;
        for (OffsetRange range : ranges) {
            write(out, range.first() - next);
            write(out, range.count() - 1);
            next = range.last() + 1;
        }
        return out.toByteArray();
    }

    static List<OffsetRange> decodeRanges(String row, byte[] column) {
        List<OffsetRange> ranges = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(column);
        long next = 0;
        while (in.hasRemaining()) {
            long first = next + read(row, in);
            long last = first + read(row, in);
            ranges.add(new OffsetRange(first, last));
            next = last + 1;
        }
        return ranges;
    }

    static byte[] encodeCounts(CursorChunk chunk) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long next = chunk.firstOffset();
        for (Map.Entry<Long, Integer> entry : chunk.deliveryCounts().entrySet()) {
            write(out, entry.getKey() - next);
            write(out, entry.getValue());
            next = entry.getKey() + 1;
        }
        return out.toByteArray();
    }

    static SortedMap<Long, Integer> decodeCounts(String row, long firstOffset, byte[] column) {
        SortedMap<Long, Integer> counts = new TreeMap<>();
        ByteBuffer in = ByteBuffer.wrap(column);
        long next = firstOffset;
        while (in.hasRemaining()) {
            long offset = next + read(row, in);
            counts.put(offset, (int) read(row, in));
            next = offset + 1;
        }
        return counts;
    }

    static byte[] encodeBitmap(RoaringBitmap bitmap) {
        RoaringBitmap packed = bitmap.clone();
        packed.runOptimize();
        ByteBuffer out = ByteBuffer.allocate(packed.serializedSizeInBytes());
        packed.serialize(out);
        return out.array();
    }

    static RoaringBitmap decodeBitmap(String row, byte[] column) {
        RoaringBitmap bitmap = new RoaringBitmap();
        try {
            bitmap.deserialize(ByteBuffer.wrap(column));
        } catch (IOException | RuntimeException notABitmap) {
            throw broken(row, "a bitmap", notABitmap);
        }
        return bitmap;
    }

    private static void write(ByteArrayOutputStream out, long number) {
        long left = number;
        while ((left & ~0x7FL) != 0) {
            out.write((int) (left & 0x7F | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
    }

    private static long read(String row, ByteBuffer in) {
        long number = 0;
        int shift = 0;
        try {
            byte part = in.get();
            while (part < 0) {
                number |= (part & 0x7FL) << shift;
                shift += 7;
                part = in.get();
            }
            return number | (long) part << shift;
        } catch (BufferUnderflowException tooShort) {
            throw broken(row, "packed numbers", tooShort);
        }
    }

    private static StorageException broken(String row, String expected, Exception cause) {
        return new StorageException(
                "catalog: %s does not hold %s; nothing was changed; restore the catalog from a backup"
                        .formatted(row, expected),
                cause);
    }
}
