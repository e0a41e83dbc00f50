package org.millrace.wire.frame;

import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Everything the protocol says about one kind of frame: code, who sends it when, how its fields are
 * written and read. Immutable. The table of all is {@link FrameTypes}.
 */
public final class FrameType<F extends Frame> {
    private final int code;
    private final Class<F> frame;
    private final Optional<LinkEnd> sender;
    private final LinkPhase firstPhase;
    private final LinkPhase lastPhase;
    private final BiConsumer<F, FieldWriter> writer;
    private final Function<FieldReader, F> reader;

    private FrameType(
            Draft<F> draft, BiConsumer<F, FieldWriter> writer, Function<FieldReader, F> reader) {
        this.code = draft.code();
        this.frame = draft.frame();
        this.sender = draft.sender();
        this.firstPhase = draft.firstPhase();
        this.lastPhase = draft.lastPhase();
        this.writer = writer;
        this.reader = reader;
    }

    /** A frame of an open link; see {@link Draft} for others. */
    static <F extends Frame> Draft<F> from(LinkEnd sender, int code, Class<F> frame) {
        return new Draft<>(code, frame, Optional.of(sender), LinkPhase.OPEN, LinkPhase.OPEN);
    }

    static <F extends Frame> Draft<F> fromEither(int code, Class<F> frame) {
        return new Draft<>(code, frame, Optional.empty(), LinkPhase.OPEN, LinkPhase.OPEN);
    }

    /** A definition that lacks its fields. */
    record Draft<F extends Frame>(
            int code,
            Class<F> frame,
            Optional<LinkEnd> sender,
            LinkPhase firstPhase,
            LinkPhase lastPhase) {
        Draft<F> during(LinkPhase first, LinkPhase last) {
            return new Draft<>(code, frame, sender, first, last);
        }

        Draft<F> during(LinkPhase only) {
            return during(only, only);
        }

        FrameType<F> fields(BiConsumer<F, FieldWriter> writer, Function<FieldReader, F> reader) {
            return new FrameType<>(this, writer, reader);
        }
    }

    public int code() {
        return code;
    }

    public Class<F> frame() {
        return frame;
    }

    /** Empty when either end sends it. */
    public Optional<LinkEnd> sender() {
        return sender;
    }

    public LinkPhase firstPhase() {
        return firstPhase;
    }

    public LinkPhase lastPhase() {
        return lastPhase;
    }

    boolean isSentBy(LinkEnd end) {
        return sender.isEmpty() || sender.get() == end;
    }

    boolean isAllowedIn(LinkPhase phase) {
        return phase.compareTo(firstPhase) >= 0 && phase.compareTo(lastPhase) <= 0;
    }

    void write(Frame value, FieldWriter out) {
        writer.accept(frame.cast(value), out);
    }

    F read(FieldReader in) {
        return reader.apply(in);
    }

    @Override
    public String toString() {
        return frame.getSimpleName() + " (type " + code + ")";
    }
}
