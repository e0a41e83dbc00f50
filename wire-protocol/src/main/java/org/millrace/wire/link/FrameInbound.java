package org.millrace.wire.link;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.FrameCodec;
import org.millrace.wire.frame.ProtocolException;

/**
 * Cuts the bytes of a connection into frames. Confined to the event loop.
 *
 * <p>What is kept for a frame grows with the bytes that arrive, never with the length that it
 * claims.
 */
final class FrameInbound extends ByteToMessageDecoder {
    private final TcpLink link;

    FrameInbound(TcpLink link) {
        this.link = link;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (!link.isOpen()) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (in.readableBytes() < FrameCodec.LENGTH_BYTES) {
            return;
        }
        int start = in.readerIndex();
        int length = link.codec().checkedLength(in.getInt(start));
        if (in.readableBytes() - FrameCodec.LENGTH_BYTES < length) {
            return;
        }
        in.skipBytes(FrameCodec.LENGTH_BYTES + length);
        out.add(link.codec().decode(in.internalNioBuffer(start + FrameCodec.LENGTH_BYTES, length)));
    }

    /** The other end has stopped sending. */
    @Override
    protected void decodeLast(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        decode(context, in, out);
        if (out.isEmpty() && in.isReadable() && link.isOpen()) {
            // Thrown, it would come after the link has heard that the connection is closed.
            link.refuse(
                    new ProtocolException(
                            ErrorCode.PROTOCOL,
                            "connection ended inside a frame, %d bytes after its start"
                                    .formatted(in.readableBytes())));
        }
    }
}
