package org.millrace.wire.frame;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.millrace.foundation.Check;

/**
 * The table of all frames: one definition each. Codes are never reused; a new frame takes a free
 * one of its group. Fields are written in the order of the record's components.
 */
public final class FrameTypes {
    private static final List<FrameType<?>> ALL =
            Stream.of(
                            ConnectionFrames.ALL,
                            SessionFrames.ALL,
                            MessageFrames.PRODUCERS,
                            MessageFrames.CONSUMERS,
                            MessageFrames.TEMPORARIES_AND_BROWSERS,
                            AdminFrames.ALL)
                    .flatMap(List::stream)
                    .toList();

    private static final FrameType<?>[] BY_CODE = new FrameType<?>[256];
    private static final Map<Class<?>, FrameType<?>> BY_CLASS =
            ALL.stream().collect(Collectors.toMap(FrameType::frame, Function.identity()));

    static {
        for (FrameType<?> type : ALL) {
            Check.invariant(BY_CODE[type.code()] == null, "two frames have code %d", type.code());
            BY_CODE[type.code()] = type;
        }
        for (Class<?> frame : Frame.class.getPermittedSubclasses()) {
            Check.invariant(BY_CLASS.containsKey(frame), "%s has no definition", frame);
        }
    }

    private FrameTypes() {}

    /** In the order of their codes. */
    public static List<FrameType<?>> all() {
        return ALL;
    }

    static FrameType<?> of(Frame frame) {
        return BY_CLASS.get(frame.getClass());
    }

    static Optional<FrameType<?>> ofCode(int code) {
        return Optional.ofNullable(BY_CODE[code & 0xff]);
    }
}
