package org.millrace.wire.record;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import net.jpountz.lz4.LZ4FrameInputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;

/** One class for each optional library, so that a missing one is noticed only when it is used. */
final class OptionalCodecs {
    private OptionalCodecs() {}

    /** The LZ4 frame format with independent blocks, which is all that Kafka's reader takes. */
    static final class Lz4 {
        private Lz4() {}

        static OutputStream writer(OutputStream out) throws IOException {
            return new LZ4FrameOutputStream(
                    out,
                    LZ4FrameOutputStream.BLOCKSIZE.SIZE_64KB,
                    LZ4FrameOutputStream.FLG.Bits.BLOCK_INDEPENDENCE);
        }

        static InputStream reader(InputStream in) throws IOException {
            return new LZ4FrameInputStream(in);
        }
    }

    /** The Zstandard frame format. */
    static final class Zstd {
        /** Frames that want a larger window than 2^26 = 64 MiB are refused. */
        private static final int MAX_WINDOW_LOG = 26;

        private Zstd() {}

        static OutputStream writer(OutputStream out) throws IOException {
            return new ZstdOutputStreamNoFinalizer(out);
        }

        static InputStream reader(InputStream in) throws IOException {
            return new ZstdInputStreamNoFinalizer(in).setLongMax(MAX_WINDOW_LOG);
        }
    }
}
