package org.millrace.wire.frame;

import java.nio.ByteBuffer;
import java.util.List;

/** Codecs that are already some way into their handshake. */
public final class Codecs {
    private Codecs() {}

    public static FrameCodec inPhase(LinkEnd end, LinkPhase phase) {
        return inPhase(end, phase, FrameLimits.DEFAULT);
    }

    public static FrameCodec inPhase(LinkEnd end, LinkPhase phase, FrameLimits limits) {
        FrameCodec codec = new FrameCodec(end, limits);
        FrameCodec peer = new FrameCodec(end.other(), limits);
        if (phase != LinkPhase.GREETING) {
            Frame greeting =
                    end == LinkEnd.BROKER
                            ? new Frame.Hello(1, 1, 0, "")
                            : new Frame.Welcome(
                                    1, 0, "", 1, 1, limits.maxFrameBytes(), 0, List.of());
            codec.decode(bytes(peer, greeting));
        }
        if (phase == LinkPhase.OPEN) {
            Frame opening = new Frame.Authenticated("", ByteBuffer.allocate(0));
            if (end == LinkEnd.BROKER) {
                codec.admit(opening);
            } else {
                codec.decode(bytes(peer, opening));
            }
        }
        return codec;
    }

    private static ByteBuffer bytes(FrameCodec writer, Frame frame) {
        ByteBuffer out = ByteBuffer.allocate(writer.admit(frame));
        FrameCodec.encode(frame, out);
        return out.flip().position(FrameCodec.LENGTH_BYTES);
    }
}
