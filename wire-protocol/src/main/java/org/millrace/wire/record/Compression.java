package org.millrace.wire.record;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;

/** Compression of the records of a batch, by the ids of the format. */
public enum Compression {
    NONE(0),
    GZIP(1),
    SNAPPY(2),
    LZ4(3),
    ZSTD(4);

    private final int id;

    Compression(int id) {
        this.id = id;
    }

    public int id() {
        return id;
    }

    static Compression ofId(int id) {
        for (Compression compression : values()) {
            if (compression.id == id) {
                return compression;
            }
        }
        throw new CorruptRecordException("unknown compression %d, known are 0 to 4".formatted(id));
    }

    ByteBuffer decompress(ByteBuffer records) {
        return switch (this) {
            case NONE -> records;
            case GZIP -> drain(records);
            case SNAPPY, LZ4, ZSTD ->
                    throw new CorruptRecordException(
                            "compression " + this + " is not supported by this build");
        };
    }

    private static ByteBuffer drain(ByteBuffer compressed) {
        byte[] array = new byte[compressed.remaining()];
        compressed.duplicate().get(array);
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(array))) {
            return ByteBuffer.wrap(in.readAllBytes());
        } catch (IOException broken) {
            throw new CorruptRecordException("compressed records cannot be read", broken);
        }
    }
}
