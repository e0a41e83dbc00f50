package org.millrace.wire.record;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.xerial.snappy.Snappy;
import org.xerial.snappy.SnappyOutputStream;

/**
 * The framing of snappy-java, which Kafka uses: 16 bytes of magic and versions, then chunks of
 * length i32 and one snappy block. Read here and not by the library, whose reader allocates what a
 * length says before looking whether so many bytes are there. Stateless.
 */
final class SnappyChunks {
    private static final int BLOCK_BYTES = 32 << 10;
    private static final int PREFIX_BYTES = 16;
    private static final long MAGIC = 0x82534E4150505900L;

    private SnappyChunks() {}

    static OutputStream writer(OutputStream out) {
        return new SnappyOutputStream(out, BLOCK_BYTES);
    }

    /** Bytes without the magic are one block, as some foreign clients write it. */
    static ByteBuffer read(byte[] compressed, int limitBytes) throws IOException {
        GrowingBuffer plain = new GrowingBuffer();
        ByteBuffer in = ByteBuffer.wrap(compressed);
        if (compressed.length < PREFIX_BYTES || in.getLong(0) != MAGIC) {
            readBlock(in, compressed.length, plain, limitBytes);
            return plain.written();
        }
        in.position(PREFIX_BYTES);
        while (in.hasRemaining()) {
            int length = in.remaining() < Integer.BYTES ? -1 : in.getInt();
            if (length < 0 || length > in.remaining()) {
                throw new CorruptRecordException(
                        "snappy chunk of %d bytes with %d left".formatted(length, in.remaining()));
            }
            readBlock(in, length, plain, limitBytes);
        }
        return plain.written();
    }

    private static void readBlock(ByteBuffer in, int length, GrowingBuffer plain, int limitBytes)
            throws IOException {
        long size = Snappy.uncompressedLength(in.array(), in.position(), length);
        if (size < 0) {
            throw new CorruptRecordException("snappy block says it has %d bytes".formatted(size));
        }
        Compression.requireWithin(limitBytes, plain.position() + size);
        ByteBuffer room = plain.reserve(size);
        int written =
                Snappy.uncompress(in.array(), in.position(), length, room.array(), room.position());
        room.position(room.position() + written);
        in.position(in.position() + length);
    }
}
