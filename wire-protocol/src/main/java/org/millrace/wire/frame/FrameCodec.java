package org.millrace.wire.frame;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame.Authenticated;
import org.millrace.wire.frame.Frame.Hello;
import org.millrace.wire.frame.Frame.Welcome;

/**
 * Turns frames into bytes and back at one end of one link, and knows what may be said now.
 *
 * <p>A frame is {@code length i32 | type u8 | fields}; the length counts type and fields. Reading
 * is confined to the link's event loop; {@link #admit} and {@link #encode} may be called from any
 * thread.
 *
 * <p>Fails with {@link ProtocolException} only, whatever the bytes; the codec keeps its state and
 * the owner closes the link.
 */
public final class FrameCodec {
    /** The version of the protocol that this code speaks; there is no other yet. */
    public static final int VERSION = 1;

    /** Bytes of the length field. */
    public static final int LENGTH_BYTES = 4;

    private final LinkEnd end;
    private volatile LinkPhase phase = LinkPhase.GREETING;
    private volatile FrameLimits limits;

    /** {@code end}: the one at which this codec works. */
    public FrameCodec(LinkEnd end, FrameLimits limits) {
        this.end = end;
        this.limits = limits;
    }

    public LinkPhase phase() {
        return phase;
    }

    /**
     * Checks that this end may send the frame and says how many bytes {@link #encode} will write,
     * length field included. Must be called once for each frame before it is queued.
     *
     * @throws ProtocolException when it is over a limit, or not this end's to send
     */
    public int admit(Frame frame) {
        FrameType<?> type = FrameTypes.of(frame);
        if (!type.isSentBy(end)) {
            throw new ProtocolException(
                    ErrorCode.PROTOCOL, "%s is not sent by the %s".formatted(type, end));
        }
        FieldWriter.Size size = new FieldWriter.Size();
        type.write(frame, size);
        if (frame instanceof Authenticated) {
            become(LinkPhase.OPEN);
        }
        long bytes = size.bytes() + 1;
        int limit = limits.maxFrameBytes(phase);
        if (bytes > limit) {
            throw new ProtocolException(
                    ErrorCode.MESSAGE_TOO_LARGE,
                    "%s of %d bytes, at most %d may be sent".formatted(type, bytes, limit));
        }
        return (int) bytes + LENGTH_BYTES;
    }

    /** Writes a frame that was admitted; the buffer has room for what {@link #admit} said. */
    public static void encode(Frame frame, ByteBuffer out) {
        FrameType<?> type = FrameTypes.of(frame);
        int start = out.position();
        out.putInt(0);
        out.put((byte) type.code());
        type.write(frame, new FieldWriter.Buffer(out));
        out.putInt(start, out.position() - start - LENGTH_BYTES);
    }

    /**
     * Checks a length field before anything is kept for the frame.
     *
     * @throws ProtocolException when no frame can be so long now
     */
    public int checkedLength(int length) {
        int limit = limits.maxFrameBytes(phase);
        if (length < 1 || length > limit) {
            throw new ProtocolException(
                    ErrorCode.PROTOCOL,
                    "frame of %d bytes, expected 1 to %d in phase %s; its first bytes are %s"
                            .formatted(length, limit, phase, readable(length)));
        }
        return length;
    }

    /**
     * Reads one frame from position to limit; the length field is already taken off. The frame
     * shares nothing with the buffer.
     */
    public Frame decode(ByteBuffer bytes) {
        if (!bytes.hasRemaining()) {
            throw new ProtocolException(ErrorCode.PROTOCOL, "frame without a type");
        }
        int size = bytes.remaining();
        FrameType<?> type = expected(bytes.get() & 0xff);
        Frame frame;
        try {
            frame = type.read(new FieldReader(bytes));
        } catch (ProtocolException malformed) {
            throw new ProtocolException(
                    malformed.code(),
                    "%s of %d bytes: %s".formatted(type, size, malformed.getMessage()),
                    malformed);
        } catch (BufferUnderflowException cut) {
            throw new ProtocolException(
                    ErrorCode.PROTOCOL, "%s of %d bytes is cut short".formatted(type, size), cut);
        }
        if (bytes.hasRemaining()) {
            throw new ProtocolException(
                    ErrorCode.PROTOCOL,
                    "%s of %d bytes has %d bytes too many"
                            .formatted(type, size, bytes.remaining()));
        }
        if (phase != LinkPhase.OPEN) {
            advance(frame);
        }
        return frame;
    }

    private FrameType<?> expected(int code) {
        FrameType<?> type =
                FrameTypes.ofCode(code)
                        .orElseThrow(
                                () ->
                                        new ProtocolException(
                                                ErrorCode.PROTOCOL, "unknown frame type " + code));
        if (!type.isSentBy(end.other())) {
            throw new ProtocolException(
                    ErrorCode.PROTOCOL,
                    "%s came from the %s, which never sends it".formatted(type, end.other()));
        }
        if (!type.isAllowedIn(phase)) {
            throw new ProtocolException(
                    ErrorCode.PROTOCOL, "%s is not allowed in phase %s".formatted(type, phase));
        }
        return type;
    }

    private void advance(Frame frame) {
        if (frame instanceof Hello hello) {
            if (hello.lowestVersion() > VERSION || hello.highestVersion() < VERSION) {
                throw new ProtocolException(
                        ErrorCode.VERSION,
                        "client '%s' speaks versions %d to %d, this broker %d"
                                .formatted(
                                        hello.product(),
                                        hello.lowestVersion(),
                                        hello.highestVersion(),
                                        VERSION));
            }
            become(LinkPhase.AUTHENTICATION);
        } else if (frame instanceof Welcome welcome) {
            accept(welcome);
            become(LinkPhase.AUTHENTICATION);
        } else if (frame instanceof Authenticated) {
            become(LinkPhase.OPEN);
        }
    }

    private void accept(Welcome welcome) {
        if (welcome.version() != VERSION) {
            throw new ProtocolException(
                    ErrorCode.VERSION,
                    "broker '%s' chose version %d, this client speaks %d"
                            .formatted(welcome.brokerName(), welcome.version(), VERSION));
        }
        try {
            limits = new FrameLimits(welcome.maxFrameBytes());
        } catch (IllegalArgumentException outside) {
            throw new ProtocolException(ErrorCode.PROTOCOL, outside.getMessage(), outside);
        }
    }

    private void become(LinkPhase next) {
        phase = next;
    }

    /** A wrong length is often the start of another protocol, for example {@code GET }. */
    private static String readable(int firstBytes) {
        StringBuilder text = new StringBuilder("0x%08x '".formatted(firstBytes));
        for (int shift = 24; shift >= 0; shift -= 8) {
            int next = firstBytes >>> shift & 0xff;
            text.append(next >= ' ' && next < 0x7f ? (char) next : '.');
        }
        return text.append('\'').toString();
    }
}
