package org.millrace.wire.record;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Compression of the records of a batch, by the ids of the format. Stateless.
 *
 * <p>All but {@link #GZIP} need a library that is an optional dependency, found when first used;
 * without it {@link UnavailableCompressionException} names it.
 */
public enum Compression {
    NONE(0, "java.base"),
    GZIP(1, "java.base"),
    SNAPPY(2, "org.xerial.snappy:snappy-java"),
    LZ4(3, "at.yawk.lz4:lz4-java"),
    ZSTD(4, "com.github.luben:zstd-jni");

    /** What decompressing yields at most, unless the caller says otherwise. */
    public static final int DEFAULT_LIMIT_BYTES = 64 << 20;

    private static final Compression[] ALL = values();
    private static final int FIRST_CHUNK_BYTES = 16 << 10;

    private final int id;
    private final String library;

    Compression(int id, String library) {
        this.id = id;
        this.library = library;
    }

    public int id() {
        return id;
    }

    /** Maven coordinates of what it needs. */
    String library() {
        return library;
    }

    static Compression ofId(int id) {
        for (Compression compression : ALL) {
            if (compression.id == id) {
                return compression;
            }
        }
        throw new CorruptRecordException("unknown compression %d, known are 0 to 4".formatted(id));
    }

    /** Whether its library is there. */
    public boolean isAvailable() {
        try {
            compress(new byte[1], 0, 1);
            return true;
        } catch (UnavailableCompressionException missing) {
            return false;
        }
    }

    byte[] compress(byte[] plain, int position, int length) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream(Math.max(64, length / 2));
        try (OutputStream out = writer(compressed)) {
            out.write(plain, position, length);
        } catch (IOException impossible) {
            throw new UncheckedIOException("compression into memory failed", impossible);
        } catch (LinkageError missing) {
            throw new UnavailableCompressionException(this, missing);
        }
        return compressed.toByteArray();
    }

    private OutputStream writer(OutputStream out) throws IOException {
        return switch (this) {
            case NONE -> out;
            case GZIP -> new GZIPOutputStream(out);
            case SNAPPY -> SnappyChunks.writer(out);
            case LZ4 -> OptionalCodecs.Lz4.writer(out);
            case ZSTD -> OptionalCodecs.Zstd.writer(out);
        };
    }

    /**
     * The plain records from position to limit; {@code records} itself when they are not
     * compressed.
     *
     * @throws CorruptRecordException when they cannot be read or are larger than the limit
     */
    ByteBuffer decompress(ByteBuffer records, int limitBytes) {
        if (this == NONE) {
            return records;
        }
        byte[] compressed = new byte[records.remaining()];
        records.get(records.position(), compressed);
        try {
            return switch (this) {
                case SNAPPY -> SnappyChunks.read(compressed, limitBytes);
                default -> drain(compressed, limitBytes);
            };
        } catch (CorruptRecordException known) {
            throw known;
        } catch (IOException | RuntimeException broken) {
            // The decoders are foreign code that throws whatever it likes on bytes it cannot read.
            throw new CorruptRecordException(
                    "%d bytes of records compressed with %s cannot be read"
                            .formatted(compressed.length, this),
                    broken);
        } catch (LinkageError missing) {
            throw new UnavailableCompressionException(this, missing);
        }
    }

    private ByteBuffer drain(byte[] compressed, int limitBytes) throws IOException {
        GrowingBuffer plain = new GrowingBuffer();
        try (InputStream in = reader(new ByteArrayInputStream(compressed))) {
            while (true) {
                ByteBuffer room = plain.reserve(1);
                if (room.capacity() < FIRST_CHUNK_BYTES) {
                    room = plain.reserve(FIRST_CHUNK_BYTES);
                }
                int read = in.read(room.array(), room.position(), room.remaining());
                if (read < 0) {
                    return plain.written();
                }
                room.position(room.position() + read);
                requireWithin(limitBytes, room.position());
            }
        }
    }

    private InputStream reader(InputStream in) throws IOException {
        return switch (this) {
            case GZIP -> new GZIPInputStream(in);
            case LZ4 -> OptionalCodecs.Lz4.reader(in);
            case ZSTD -> OptionalCodecs.Zstd.reader(in);
            case NONE, SNAPPY -> throw new IllegalStateException(this + " is not read as a stream");
        };
    }

    static void requireWithin(int limitBytes, long plainBytes) {
        if (plainBytes > limitBytes) {
            throw new CorruptRecordException(
                    "records are at least %d bytes when decompressed, the limit is %d"
                            .formatted(plainBytes, limitBytes));
        }
    }
}
